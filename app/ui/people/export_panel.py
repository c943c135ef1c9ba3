"""Export of people into an encrypted file for another installation."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QDate
from PySide6.QtWidgets import QFileDialog

from app.core.people import Person
from app.ui.people.transfer import TransferPanel
from app.ui.shell.session import Session
from app.ui.texts import value_texts
from app.ui.texts.value_texts import breakable
from app.ui.widgets.buttons import ChoicePicker
from app.ui.widgets.icons import icon
from app.ui.widgets.labels import IconLabel, InlineMessage
from app.ui.widgets.panes import button, label
from app.ui.widgets.passphrase_fields import NewPassphraseField
from app.ui.widgets.toggles import CheckBox

SUFFIX = ".flbundle"


class Scope(StrEnum):
    """Which people to export."""

    SELECTED = "selected"
    LISTED = "listed"
    ALL = "all"


class ExportPanel(TransferPanel):
    """Asks for people, content and passphrase, then for the file.

    Args:
        session: The pipeline, the services and the settings.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._people: dict[Scope, Sequence[Person]] = {}
        self._written: tuple[int, Path] | None = None
        self.scope, self.pictures, self.passphrase = ChoicePicker(), CheckBox(), NewPassphraseField()
        self._caption, self._holds, self.warning = label("strong"), label("muted", wrap=True), InlineMessage("caution")
        self.done, self._path = IconLabel(), label(wrap=True)
        self.save = button("primary")
        self.pictures.setChecked(True)
        self.lay_out(
            self._caption,
            self.scope,
            self._holds,
            self.pictures,
            self.passphrase,
            self.warning,
            self.done,
            self._path,
            foot=(self.save,),
        )
        self.scope.chosen.connect(lambda _: self.retranslate())
        self.passphrase.changed.connect(self._check)
        self.passphrase.entered.connect(self._choose_file)
        self.save.clicked.connect(self._choose_file)
        self.retranslate()
        self.restyle()

    def begin(self, selected: Sequence[Person], listed: Sequence[Person], all_people: Sequence[Person]) -> None:
        """Show the form.

        Args:
            selected: The people selected in the list.
            listed: The people that match the filter.
            all_people: All enrolled people.
        """
        choices = ((Scope.SELECTED, selected), (Scope.LISTED, listed), (Scope.ALL, all_people))
        self._people = {scope: people for scope, people in choices if people}
        if len(listed) == len(all_people):
            self._people.pop(Scope.LISTED, None)
        self._written = None
        self.show_failure(None)
        best = Scope.SELECTED if len(selected) > 1 else next(scope for scope in self._people if scope != Scope.SELECTED)
        self._offer(best)
        self.retranslate()
        self.passphrase.first.setFocus()

    def forget(self) -> None:
        """Discard the passphrase and the people."""
        self.passphrase.forget()
        self._people = {}

    def retranslate(self) -> None:
        """Set every translated text."""
        self.title.setText(self.tr("Export people"))
        self._caption.setText(self.tr("People to export"))
        self._holds.setText(
            self.tr(
                "Includes names, badges, groups, notes, consents and templates, but not PINs, marks or the audit log."
            )
        )
        self.pictures.setText(self.tr("Include stored thumbnails"))
        self.warning.show_text(
            self.tr(
                "A person with the file and the passphrase can use these people's face data. Send them separately."
            ),
            self.tr("The passphrase cannot be recovered."),
        )
        self.save.setText(self.tr("Save to a file…"))
        self.leave.setText(self.tr("Close") if self._written else self.tr("Cancel"))
        self.leave.setToolTip(self.tr("Back to the list (Esc)"))
        self.progress.setAccessibleName(self.tr("People exported"))
        if self._people:
            self._offer(self.scope.value)
        self._update_done()
        self._check()
        self.update_error_text()

    def restyle(self) -> None:
        """Apply the theme's colours."""
        self.save.setIcon(icon("export", "on_accent"))
        self.update()

    @property
    def chosen(self) -> list[Person]:
        """The people to export."""
        return list(self._people.get(Scope(str(self.scope.value)), ())) if self._people else []

    def set_busy(self, *, busy: bool) -> None:
        """Disable the form while the file is written."""
        super().set_busy(busy=busy)
        for part in (self.scope, self.pictures, self.passphrase):
            part.setEnabled(not busy)
        self._check()

    def write_to(self, path: Path) -> None:
        """Write the file."""
        people, passphrase, pictures = self.chosen, self.passphrase.text, self.pictures.isChecked()
        progress = self.counted.emit
        self.do(
            len(people),
            lambda services: services.bundles.export(people, path, passphrase, thumbnails=pictures, progress=progress),
            lambda count: self._finished(count, path),
        )

    def _choose_file(self) -> None:
        if not self.save.isEnabled():
            return
        proposed = f"people-{QDate.currentDate().toString('yyyy-MM-dd')}{SUFFIX}"
        kinds = self.tr("People bundles ({pattern})").format(pattern=f"*{SUFFIX}")
        chosen, _ = QFileDialog.getSaveFileName(self, self.tr("Export people to"), proposed, kinds)
        if chosen:
            path = Path(chosen)
            self.write_to(path if path.suffix else path.with_suffix(SUFFIX))

    def _finished(self, count: int, path: Path) -> None:
        self._written = count, path
        self.passphrase.forget()
        self.retranslate()
        self.leave.setFocus()

    def _update_done(self) -> None:
        written = self._written
        self.done.setVisible(written is not None)
        self._path.setVisible(written is not None)
        for part in (self._caption, self.scope, self._holds, self.pictures, self.passphrase, self.warning, self.save):
            part.setVisible(written is None)
        if written is not None:
            count, path = written
            self.done.show_label("check-circle", "good", self.tr("%n person(s) exported.", "", count))
            self._path.setText(breakable(str(path)))

    def _offer(self, value: object) -> None:
        words = {
            Scope.SELECTED: self.tr("Selected people ({count})"),
            Scope.LISTED: self.tr("All listed people ({count})"),
            Scope.ALL: self.tr("All people ({count})"),
        }
        choices = [
            (scope, words[scope].format(count=value_texts.number(len(people))))
            for scope, people in self._people.items()
        ]
        self.scope.show_choices(self.tr("People to export"), choices, value)

    def _check(self) -> None:
        self.save.setEnabled(self.passphrase.is_valid and not self.busy and bool(self._people))
