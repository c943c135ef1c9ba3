"""Import of people from an encrypted file: a preview first, then the import."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QGridLayout, QVBoxLayout

from app.core.bundles import BundleOutcome, BundleReport, ImportedPerson, NameConflictRule
from app.core.errors import FacelatchError, WrongPassphrase
from app.core.i18n import QT_TRANSLATE_NOOP
from app.ui.people.export_panel import SUFFIX
from app.ui.people.transfer import TransferPanel
from app.ui.shell.session import Session
from app.ui.texts import value_texts
from app.ui.texts.value_texts import breakable
from app.ui.widgets.buttons import ChoicePicker
from app.ui.widgets.icons import Glyph, icon
from app.ui.widgets.labels import IconLabel, InlineMessage
from app.ui.widgets.panes import Pane, button, label
from app.ui.widgets.passphrase_fields import PassphraseField


class ImportPanel(TransferPanel):
    """Asks for a file and its passphrase, shows the preview, then the result.

    Signals:
        begun: A file was chosen.
        people_imported: People were imported.
        enrol_again_wanted: Re-enrol the people without templates of the current model.

    Args:
        session: The pipeline, the services and the settings.
    """

    begun = Signal()
    people_imported = Signal()
    enrol_again_wanted = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._path: Path | None = None
        self._size = 0
        self._report: BundleReport | None = None
        self._file, self._lead = label("strong", wrap=True), label("muted", wrap=True)
        self.passphrase, self.rule, self._caption = PassphraseField(), ChoicePicker(), label("strong")
        self.done, self.outcomes, self.note = IconLabel(), ImportOutcomes(), InlineMessage("muted")
        self.preview, self.import_button, self.reenrol = button("primary"), button("primary"), button("primary")
        self.lay_out(
            self._file,
            self._caption,
            self.rule,
            self._lead,
            self.passphrase,
            self.done,
            self.outcomes,
            self.note,
            foot=(self.preview, self.import_button, self.reenrol),
        )
        self._connect()
        self.retranslate()
        self.restyle()

    def choose_file(self) -> None:
        """Ask for a file and open it; do nothing if the user cancels."""
        kinds = self.tr("People bundles ({pattern})").format(pattern=f"*{SUFFIX}")
        chosen, _ = QFileDialog.getOpenFileName(self, self.tr("People to import"), "", f"{kinds};;*")
        if chosen:
            self.begin(Path(chosen))

    def begin(self, path: Path) -> None:
        """Read the unencrypted header of a file and ask for its passphrase."""
        self.forget()
        self._path = path
        self.retranslate()
        self.begun.emit()
        self.do(0, lambda services: services.bundles.header(path).people, self._show_size)

    def forget(self) -> None:
        """Discard the passphrase and the file."""
        self.passphrase.forget()
        self._path, self._report, self._size = None, None, 0
        self.show_failure(None)

    def set_busy(self, *, busy: bool) -> None:
        """Disable the form while a file is read."""
        super().set_busy(busy=busy)
        for part in (self.rule, self.passphrase, self.import_button):
            part.setEnabled(not busy)
        self._check()

    def fail(self, error: FacelatchError) -> None:
        """Show why nothing was imported."""
        super().fail(error)
        if isinstance(error, WrongPassphrase):
            self.show_failure(None)
            self.passphrase.refuse(self.tr("Wrong passphrase for this file."))

    def retranslate(self) -> None:
        """Set every translated text."""
        self.title.setText(self.tr("Import people"))
        self._file.setText(breakable(self._path.name if self._path else ""))
        self._lead.setText(self._file_summary())
        self._caption.setText(self.tr("If a name is already taken"))
        rules = [
            (NameConflictRule.SKIP, self.tr("Skip them")),
            (NameConflictRule.RENAME, self.tr("Add them as “Name (2)”")),
            (NameConflictRule.MERGE, self.tr("Merge with the existing entry")),
        ]
        self.rule.show_choices(self._caption.text(), rules, self.rule.value or NameConflictRule.SKIP)
        self.preview.setText(self.tr("Preview import"))
        self.import_button.setText(self.tr("Import"))
        self.reenrol.setText(self.tr("Re-enrol"))
        self.leave.setText(self.tr("Close") if self._is_done else self.tr("Cancel"))
        self.leave.setToolTip(self.tr("Back to the list (Esc)"))
        self.progress.setAccessibleName(self.tr("People read"))
        self._show_parts()
        self._check()
        self.update_error_text()

    def restyle(self) -> None:
        """Apply the theme's colours."""
        self.import_button.setIcon(icon("download-simple", "on_accent"))
        self.reenrol.setIcon(icon("user-focus", "on_accent"))
        self.update()

    @property
    def _is_done(self) -> bool:
        return self._report is not None and not self._report.dry_run

    def _file_summary(self) -> str:
        report = self._report
        if report is None:
            return self.tr("%n person(s), encrypted.", "", self._size) if self._size else ""
        if report.dry_run:
            return self.tr("Preview. Nothing has been changed yet.")
        return ""

    def _show_parts(self) -> None:
        report, sized = self._report, bool(self._size)
        asking, trying = report is None, report is not None and report.dry_run
        self.passphrase.setVisible(asking and sized)
        self.preview.setVisible(asking and sized)
        for part in (self._caption, self.rule, self.import_button):
            part.setVisible(trying)
        self.outcomes.setVisible(report is not None)
        self.done.setVisible(self._is_done)
        self.reenrol.setVisible(self._is_done and bool(report and report.needing_enrolment))
        self._lead.setVisible(bool(self._lead.text()))
        if self._is_done and report is not None:
            self.done.show_label("check-circle", "good", self.tr("Done"))
        self.note.show_text(self.tr("Import is all or nothing.") if trying else "")

    def _show_size(self, people: int) -> None:
        self._size = people
        self.retranslate()
        self.passphrase.field.setFocus()

    def _run_preview(self) -> None:
        self._run(dry_run=True)

    def _run_import(self) -> None:
        self._run(dry_run=False)

    def _run(self, *, dry_run: bool) -> None:
        path, passphrase, rule = self._path, self.passphrase.text, NameConflictRule(str(self.rule.value))
        if path is None or not passphrase:
            return
        progress = self.counted.emit
        self.do(
            self._size,
            lambda services: services.bundles.import_people(path, passphrase, rule, dry_run=dry_run, progress=progress),
            self._show_report,
        )

    def _show_report(self, report: BundleReport) -> None:
        self._report = report
        self.outcomes.show_report(report)
        self.retranslate()
        if report.dry_run:
            self.import_button.setFocus()
            return
        self.passphrase.forget()
        (self.reenrol if report.needing_enrolment else self.leave).setFocus()
        self.people_imported.emit()

    def _reenrol(self) -> None:
        self.close_panel()
        self.enrol_again_wanted.emit()

    def _check(self) -> None:
        self.preview.setEnabled(bool(self.passphrase.text) and not self.busy)

    def _connect(self) -> None:
        self.passphrase.changed.connect(self._check)
        self.passphrase.entered.connect(self._run_preview)
        self.preview.clicked.connect(self._run_preview)
        self.import_button.clicked.connect(self._run_import)
        self.reenrol.clicked.connect(self._reenrol)
        self.rule.chosen.connect(lambda _: self._run_preview())


_SHOWN = 200
_SIGN = 18

_OUTCOMES = {
    BundleOutcome.ADDED: QT_TRANSLATE_NOOP("texts", "New"),
    BundleOutcome.UPDATED: QT_TRANSLATE_NOOP("texts", "Already here, updated"),
    BundleOutcome.UNCHANGED: QT_TRANSLATE_NOOP("texts", "Already here, nothing to change"),
    BundleOutcome.RENAMED: QT_TRANSLATE_NOOP("texts", "Name taken: added with a number"),
    BundleOutcome.MERGED: QT_TRANSLATE_NOOP("texts", "Name taken: merged with the existing entry"),
    BundleOutcome.NAME_TAKEN: QT_TRANSLATE_NOOP("texts", "Name taken: skipped"),
    BundleOutcome.ERASED_HERE: QT_TRANSLATE_NOOP("texts", "Erased here before: skipped"),
}
_LOOKS = {
    BundleOutcome.ADDED: ("user-plus", "good"),
    BundleOutcome.UPDATED: ("arrows-clockwise", "good"),
    BundleOutcome.UNCHANGED: ("minus", "muted"),
    BundleOutcome.RENAMED: ("warning", "caution"),
    BundleOutcome.MERGED: ("git-merge", "caution"),
    BundleOutcome.NAME_TAKEN: ("warning", "caution"),
    BundleOutcome.ERASED_HERE: ("prohibit", "muted"),
}


class ImportOutcomes(Pane):
    """The number of people for each outcome, then the people that need attention."""

    def __init__(self) -> None:
        super().__init__()
        self._report: BundleReport | None = None
        self._glyphs = {outcome: Glyph(*_LOOKS[outcome], _SIGN) for outcome in BundleOutcome}
        self._names = {outcome: label(wrap=True) for outcome in BundleOutcome}
        self._counts = {outcome: label("strong") for outcome in BundleOutcome}
        self.models, self.people = label(wrap=True), label("muted", wrap=True)
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for row, outcome in enumerate(BundleOutcome):
            for place, part in enumerate((self._glyphs[outcome], self._names[outcome], self._counts[outcome])):
                grid.addWidget(part, row, place)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(grid)
        column.addWidget(self.models)
        column.addWidget(self.people)

    def show_report(self, report: BundleReport) -> None:
        """Show a report."""
        self._report = report
        self.retranslate()

    def retranslate(self) -> None:
        """Set every translated text."""
        report = self._report
        if report is None:
            return
        counts = report.counts
        for outcome in BundleOutcome:
            for part in (self._glyphs[outcome], self._names[outcome], self._counts[outcome]):
                part.setVisible(bool(counts[outcome]))
            self._names[outcome].setText(value_texts.translated(_OUTCOMES[outcome]))
            self._counts[outcome].setText(value_texts.number(counts[outcome]))
        self.models.setText(self._about_models(report))
        self.models.setVisible(bool(self.models.text()))
        lines = [self._line(person) for person in report.people if _is_remarkable(person)]
        more = len(lines) - _SHOWN
        shown = lines[:_SHOWN] + (
            [self.tr("and {count} more").format(count=value_texts.number(more))] if more > 0 else []
        )
        self.people.setText(breakable("\n".join(shown)))
        self.people.setVisible(bool(shown))

    def _about_models(self, report: BundleReport) -> str:
        parts = []
        migrated = sum(bool(person.renewed) for person in report.people)
        if migrated:
            words = self.tr("%n person(s) from another model: templates recreated from stored pictures", "", migrated)
            parts.append(words)
        if report.needing_enrolment:
            left = report.needing_enrolment
            parts.append(self.tr("%n person(s) to re-enrol: templates from another model", "", left))
        return "\n".join(parts)

    def _line(self, person: ImportedPerson) -> str:
        parts = []
        if person.outcome is not BundleOutcome.ADDED:
            parts.append(value_texts.translated(_OUTCOMES[person.outcome]))
        if person.badge_taken:
            parts.append(self.tr("without the badge number, which is taken"))
        if person.foreign and not person.templates:
            parts.append(self.tr("re-enrolment needed"))
        return f"{person.name}: {', '.join(parts)}"


def _is_remarkable(person: ImportedPerson) -> bool:
    ordinary = person.outcome in {BundleOutcome.ADDED, BundleOutcome.UPDATED, BundleOutcome.UNCHANGED}
    return not ordinary or person.badge_taken or bool(person.foreign and not person.templates)
