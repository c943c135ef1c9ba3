"""Cards for key rotation and template revocation: confirmation, then a task with progress."""

from abc import abstractmethod
from collections.abc import Callable, Iterator
from enum import StrEnum

from PySide6.QtWidgets import QProgressBar

from app.core.errors import FacelatchError
from app.services.database.key_service import KeyService, KeyState
from app.ui.shell.session import Session
from app.ui.shell.step_runner import StepRunner
from app.ui.store.store_card import StoreCard, button_row
from app.ui.texts import value_texts
from app.ui.widgets.buttons import set_style_property
from app.ui.widgets.icons import icon
from app.ui.widgets.labels import IconLabel
from app.ui.widgets.panes import button, label

_BAR = 8


class TaskStage(StrEnum):
    """Stages of the task."""

    IDLE = "calm"
    ASKING = "asking"
    RUNNING = "running"
    DONE = "done"
    INTERRUPTED = "broken-off"


class ResumableTaskCard(StoreCard):
    """A task over every record, which can be interrupted and resumed.

    Args:
        session: The pipeline, the services and the settings.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.stage = TaskStage.IDLE
        self._total = self._done = 0
        self.steps = StepRunner(session, self)
        self.question, self.count, self.state_label = label(wrap=True), label("muted"), IconLabel()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(_BAR)
        self.begin, self.continue_button, self.leave = button("plain"), button("plain"), button("plain")
        for part in (self.state_label, self.question, self.bar, self.count, self.message):
            self.column.addWidget(part)
        self.column.addLayout(button_row(self.begin, self.continue_button, self.leave))
        self._connect()
        self.retranslate()
        self.restyle()

    @abstractmethod
    def words(self) -> dict[str, str]:
        """Return the card's texts: title, explanation, begin, question, confirm, interrupted, done."""

    @abstractmethod
    def make(self, keys: KeyService) -> tuple[Callable[[], Iterator[int]], Callable[[], int]]:
        """Return functions that make the steps and count them."""

    @abstractmethod
    def is_interrupted(self, state: KeyState) -> bool:
        """Return whether an earlier run was interrupted."""

    def show_state(self, state: KeyState) -> None:
        """Update the stage for the state of the database."""
        if self.stage in {TaskStage.IDLE, TaskStage.INTERRUPTED} and not self.steps.running:
            self._enter(TaskStage.INTERRUPTED if self.is_interrupted(state) else TaskStage.IDLE)

    def close_form(self) -> bool:
        """Close the question; return False if it is not open."""
        if self.stage is not TaskStage.ASKING:
            return False
        self._enter(TaskStage.IDLE)
        self.begin.setFocus()
        return True

    def retranslate(self) -> None:
        """Set every translated text."""
        words = self.words()
        self.title.setText(words["title"])
        self.explanation.setText(words["explanation"])
        self.begin.setText(words["begin"])
        self.question.setText(words["question"])
        self.continue_button.setText(self.tr("Continue") if self.stage is TaskStage.INTERRUPTED else words["confirm"])
        self.leave.setText(self.tr("Cancel"))
        self.leave.setToolTip(self.tr("Change nothing (Esc)"))
        self.bar.setAccessibleName(words["title"])
        done, total = value_texts.number(self._done), value_texts.number(self._total)
        self.count.setText(self.tr("{done} of {total}").format(done=done, total=total))
        if self.stage is TaskStage.DONE:
            self.state_label.show_label("check-circle", "good", words["done"])
        elif self.stage is TaskStage.INTERRUPTED:
            self.state_label.show_label("warning", "caution", words["interrupted"])
        self._show_parts()
        self.update_error_text()

    def restyle(self) -> None:
        """Apply the theme's colours."""
        self.begin.setIcon(icon("arrows-clockwise"))
        self.update()

    def _show_parts(self) -> None:
        stage = self.stage
        self.state_label.setVisible(stage in {TaskStage.DONE, TaskStage.INTERRUPTED})
        self.question.setVisible(stage is TaskStage.ASKING)
        for part in (self.bar, self.count):
            part.setVisible(stage is TaskStage.RUNNING)
        self.begin.setVisible(stage in {TaskStage.IDLE, TaskStage.DONE})
        self.continue_button.setVisible(stage in {TaskStage.ASKING, TaskStage.INTERRUPTED})
        self.leave.setVisible(stage is TaskStage.ASKING)
        set_style_property(self.continue_button, "kind", "primary" if stage is TaskStage.ASKING else "plain")

    def _enter(self, stage: TaskStage) -> None:
        self.stage = stage
        self.retranslate()

    def _ask(self) -> None:
        self.show_failure(None)
        self._enter(TaskStage.ASKING)
        self.leave.setFocus()

    def _run(self) -> None:
        services = self.session.services
        if services is None:
            return
        self.show_failure(None)
        self._total = self._done = 0
        self.bar.setRange(0, 0)
        self._enter(TaskStage.RUNNING)
        self.steps.run(*self.make(services.keys))

    def _begin(self, total: int) -> None:
        self._total = total
        self.bar.setRange(0, max(total, 1))
        self.retranslate()

    def _advance(self, done: int) -> None:
        self._done = done
        self._total = max(self._total, done)
        self.bar.setMaximum(max(self._total, 1))
        self.bar.setValue(done)
        self.retranslate()

    def _end(self) -> None:
        self._enter(TaskStage.DONE)
        self.begin.setFocus()

    def fail(self, error: FacelatchError) -> None:
        """Show an error; finished steps stay finished and the task can be resumed."""
        self._enter(TaskStage.INTERRUPTED)
        self.show_failure(error)

    def _connect(self) -> None:
        self.begin.clicked.connect(self._ask)
        self.continue_button.clicked.connect(self._run)
        self.leave.clicked.connect(self.close_form)
        self.steps.begun.connect(self._begin)
        self.steps.advanced.connect(self._advance)
        self.steps.ended.connect(self._end)
        self.steps.failed.connect(self.fail)


class RotateKeyCard(ResumableTaskCard):
    """Re-encrypts all data with a new data key."""

    def words(self) -> dict[str, str]:
        """See `ResumableTaskCard`."""
        return {
            "title": self.tr("Key rotation"),
            "explanation": self.tr("Re-encrypts all data with a new data key while the program is in use."),
            "begin": self.tr("Re-encrypt all data"),
            "question": self.tr(
                "Every record is decrypted and encrypted with the new key. Existing backups keep their key"
                " and still open. If you close the program, you can continue here later."
            ),
            "confirm": self.tr("Re-encrypt all data"),
            "interrupted": self.tr(
                "Re-encryption was interrupted. All data is readable; continue to re-encrypt the rest."
            ),
            "done": self.tr("All data is encrypted with the new key."),
        }

    def make(self, keys: KeyService) -> tuple[Callable[[], Iterator[int]], Callable[[], int]]:
        """See `ResumableTaskCard`."""
        return keys.rotate, keys.count_records_to_rotate

    def is_interrupted(self, state: KeyState) -> bool:
        """See `ResumableTaskCard`."""
        return state.rotating


class RevokeTemplatesCard(ResumableTaskCard):
    """Rotates all templates, so that copies of them match nothing."""

    def words(self) -> dict[str, str]:
        """See `ResumableTaskCard`."""
        return {
            "title": self.tr("Revoke copied templates"),
            "explanation": self.tr("Rotates all templates, so that copies of them no longer match here."),
            "begin": self.tr("Revoke copies"),
            "question": self.tr(
                "Copies of the current templates, also those in old backups, become useless for matching."
                " Recognition accuracy stays the same, and no re-enrolment is needed."
            ),
            "confirm": self.tr("Revoke copies"),
            "interrupted": self.tr(
                "Rotation was interrupted. All people are still recognised; continue to rotate the rest."
            ),
            "done": self.tr("All templates are rotated."),
        }

    def make(self, keys: KeyService) -> tuple[Callable[[], Iterator[int]], Callable[[], int]]:
        """See `ResumableTaskCard`."""
        return keys.revoke_templates, keys.count_templates_to_revoke

    def is_interrupted(self, state: KeyState) -> bool:
        """See `ResumableTaskCard`."""
        return state.revoking
