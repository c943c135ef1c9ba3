"""Taking people in from an encrypted file: first what would be done, then doing it."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog

from app.core.bundle_errors import WrongPassphrase
from app.core.bundles import BundleReport, NameRule
from app.core.errors import FacelatchError
from app.ui.people.bundle_panel import BundlePanel
from app.ui.people.exporting import SUFFIX
from app.ui.people.outcomes import Outcomes
from app.ui.session import Session
from app.ui.store_ports import BundleSize
from app.ui.texts import breakable
from app.ui.widgets.choice import ChoicePicker
from app.ui.widgets.icons import icon
from app.ui.widgets.pane import button, label
from app.ui.widgets.remark import Remark
from app.ui.widgets.secret import Passphrase
from app.ui.widgets.sign import Sign


class ImportPanel(BundlePanel):
    """File, passphrase, what would be done, what was done.

    Signals:
        begun: A file was chosen.
        taken_in: People have come.
        enrol_again_wanted: Those without templates of this model are to be enrolled.

    Args:
        session: What is behind the window.
    """

    begun = Signal()
    taken_in = Signal()
    enrol_again_wanted = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._path: Path | None = None
        self._size = 0
        self._report: BundleReport | None = None
        self._file, self._lead = label("strong", wrap=True), label("muted", wrap=True)
        self.passphrase, self.rule, self._caption = Passphrase(), ChoicePicker(), label("strong")
        self.done, self.outcomes, self.note = Sign(), Outcomes(), Remark("muted")
        self.look, self.take, self.again = button("primary"), button("primary"), button("primary")
        self.lay_out(
            self._file,
            self._caption,
            self.rule,
            self._lead,
            self.passphrase,
            self.done,
            self.outcomes,
            self.note,
            foot=(self.look, self.take, self.again),
        )
        self._connect()
        self.retranslate()
        self.restyle()

    def choose_file(self) -> None:
        """Ask for a file, and begin with it; nothing happens where none is chosen."""
        kinds = self.tr("Bundles of people ({pattern})").format(pattern=f"*{SUFFIX}")
        chosen, _ = QFileDialog.getOpenFileName(self, self.tr("People to take in"), "", f"{kinds};;*")
        if chosen:
            self.begin(Path(chosen))

    def begin(self, path: Path) -> None:
        """Look at the outside of a file, and ask for its passphrase."""
        self.forget()
        self._path = path
        self.retranslate()
        self.begun.emit()
        self.do(0, lambda services: services.bundles.look(path), self._take_size)

    def forget(self) -> None:
        """Keep no passphrase and no file."""
        self.passphrase.forget()
        self._path, self._report, self._size = None, None, 0
        self.complain(None)

    def set_busy(self, *, busy: bool) -> None:
        """Nothing can be changed meanwhile."""
        super().set_busy(busy=busy)
        for part in (self.rule, self.passphrase, self.take):
            part.setEnabled(not busy)
        self._check()

    def fail(self, error: FacelatchError) -> None:
        """Nobody was taken in."""
        super().fail(error)
        if isinstance(error, WrongPassphrase):
            self.complain(None)
            self.passphrase.refuse(self.tr("This is not the passphrase of the file."))

    def retranslate(self) -> None:
        """Set every text."""
        self.title.setText(self.tr("Import people"))
        self._file.setText(breakable(self._path.name if self._path else ""))
        self._lead.setText(self._said_of_file())
        self._caption.setText(self.tr("Where somebody else here has the name"))
        rules = [
            (NameRule.SKIP, self.tr("Leave them out")),
            (NameRule.RENAME, self.tr("Add them as “Name (2)”")),
            (NameRule.MERGE, self.tr("Give their templates to whoever has the name")),
        ]
        self.rule.show_choices(self._caption.text(), rules, self.rule.value or NameRule.SKIP)
        self.look.setText(self.tr("See what would be done"))
        self.take.setText(self.tr("Take them in"))
        self.again.setText(self.tr("Enrol them again"))
        self.leave.setText(self.tr("Close") if self._is_done else self.tr("Cancel"))
        self.leave.setToolTip(self.tr("Back to the list (Esc)"))
        self.progress.setAccessibleName(self.tr("People read"))
        self._show_parts()
        self._check()
        self.tell_error()

    def restyle(self) -> None:
        """Take the colours."""
        self.take.setIcon(icon("download-simple", "on_accent"))
        self.again.setIcon(icon("user-focus", "on_accent"))
        self.update()

    @property
    def _is_done(self) -> bool:
        return self._report is not None and not self._report.dry_run

    def _said_of_file(self) -> str:
        report = self._report
        if report is None:
            return self.tr("%n person(s), encrypted.", "", self._size) if self._size else ""
        if report.dry_run:
            return self.tr("Nothing was changed yet. This would be done:")
        return ""

    def _show_parts(self) -> None:
        report, sized = self._report, bool(self._size)
        asking, trying = report is None, report is not None and report.dry_run
        self.passphrase.setVisible(asking and sized)
        self.look.setVisible(asking and sized)
        for part in (self._caption, self.rule, self.take):
            part.setVisible(trying)
        self.outcomes.setVisible(report is not None)
        self.done.setVisible(self._is_done)
        self.again.setVisible(self._is_done and bool(report and report.to_enrol_again))
        self._lead.setVisible(bool(self._lead.text()))
        if self._is_done and report is not None:
            self.done.show_sign("check-circle", "good", self.tr("Done"))
        self.note.say(self.tr("Either all are taken in, or nobody is.") if trying else "")

    def _take_size(self, header: BundleSize) -> None:
        self._size = header.people
        self.retranslate()
        self.passphrase.field.setFocus()

    def _try(self) -> None:
        self._run(dry_run=True)

    def _take(self) -> None:
        self._run(dry_run=False)

    def _run(self, *, dry_run: bool) -> None:
        path, passphrase, rule = self._path, self.passphrase.text, NameRule(str(self.rule.value))
        if path is None or not passphrase:
            return
        progress = self.counted.emit
        self.do(
            self._size,
            lambda services: services.bundles.take_in(path, passphrase, rule, dry_run=dry_run, progress=progress),
            self._show_report,
        )

    def _show_report(self, report: BundleReport) -> None:
        self._report = report
        self.outcomes.show_report(report)
        self.retranslate()
        if report.dry_run:
            self.take.setFocus()
            return
        self.passphrase.forget()
        (self.again if report.to_enrol_again else self.leave).setFocus()
        self.taken_in.emit()

    def _enrol_again(self) -> None:
        self.close_panel()
        self.enrol_again_wanted.emit()

    def _check(self) -> None:
        self.look.setEnabled(bool(self.passphrase.text) and not self.busy)

    def _connect(self) -> None:
        self.passphrase.changed.connect(self._check)
        self.passphrase.entered.connect(self._try)
        self.look.clicked.connect(self._try)
        self.take.clicked.connect(self._take)
        self.again.clicked.connect(self._enrol_again)
        self.rule.chosen.connect(lambda _: self._try())
