"""What would become, or has become, of the people in a bundle: counted, and those named who need a word."""

from PySide6.QtWidgets import QGridLayout, QVBoxLayout

from app.core.bundles import BundleReport, ImportedPerson, Outcome
from app.core.i18n import QT_TRANSLATE_NOOP
from app.ui import texts
from app.ui.texts import breakable
from app.ui.widgets.icons import Glyph
from app.ui.widgets.pane import Pane, label

_SHOWN = 200
_SIGN = 18

_OUTCOMES = {
    Outcome.ADDED: QT_TRANSLATE_NOOP("texts", "New"),
    Outcome.UPDATED: QT_TRANSLATE_NOOP("texts", "Known, newer in the bundle"),
    Outcome.UNCHANGED: QT_TRANSLATE_NOOP("texts", "Known, as new here"),
    Outcome.RENAMED: QT_TRANSLATE_NOOP("texts", "Name taken: added with a number"),
    Outcome.MERGED: QT_TRANSLATE_NOOP("texts", "Name taken: merged into the entry here"),
    Outcome.NAME_TAKEN: QT_TRANSLATE_NOOP("texts", "Name taken: left out"),
    Outcome.ERASED_HERE: QT_TRANSLATE_NOOP("texts", "Erased here before: left out"),
}
_LOOKS = {
    Outcome.ADDED: ("user-plus", "good"),
    Outcome.UPDATED: ("arrows-clockwise", "good"),
    Outcome.UNCHANGED: ("minus", "muted"),
    Outcome.RENAMED: ("warning", "caution"),
    Outcome.MERGED: ("git-merge", "caution"),
    Outcome.NAME_TAKEN: ("warning", "caution"),
    Outcome.ERASED_HERE: ("prohibit", "muted"),
}


class Outcomes(Pane):
    """A line an outcome with its count, then the people who are remarkable."""

    def __init__(self) -> None:
        super().__init__()
        self._report: BundleReport | None = None
        self._glyphs = {outcome: Glyph(*_LOOKS[outcome], _SIGN) for outcome in Outcome}
        self._names = {outcome: label(wrap=True) for outcome in Outcome}
        self._counts = {outcome: label("strong") for outcome in Outcome}
        self.models, self.people = label(wrap=True), label("muted", wrap=True)
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for row, outcome in enumerate(Outcome):
            for place, part in enumerate((self._glyphs[outcome], self._names[outcome], self._counts[outcome])):
                grid.addWidget(part, row, place)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(grid)
        column.addWidget(self.models)
        column.addWidget(self.people)

    def show_report(self, report: BundleReport) -> None:
        """Show it."""
        self._report = report
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text."""
        report = self._report
        if report is None:
            return
        counts = report.counts
        for outcome in Outcome:
            for part in (self._glyphs[outcome], self._names[outcome], self._counts[outcome]):
                part.setVisible(bool(counts[outcome]))
            self._names[outcome].setText(texts.translated(_OUTCOMES[outcome]))
            self._counts[outcome].setText(texts.number(counts[outcome]))
        self.models.setText(self._about_models(report))
        self.models.setVisible(bool(self.models.text()))
        lines = [self._line(one) for one in report.people if _is_remarkable(one)]
        more = len(lines) - _SHOWN
        shown = lines[:_SHOWN] + ([self.tr("and {count} more").format(count=texts.number(more))] if more > 0 else [])
        self.people.setText(breakable("\n".join(shown)))
        self.people.setVisible(bool(shown))

    def _about_models(self, report: BundleReport) -> str:
        said = []
        renewed = sum(bool(one.renewed) for one in report.people)
        if renewed:
            words = self.tr("%n person(s) from another model, with templates made of their kept pictures", "", renewed)
            said.append(words)
        if report.to_enrol_again:
            left = report.to_enrol_again
            said.append(self.tr("%n person(s) to be enrolled again: their templates are of another model", "", left))
        return "\n".join(said)

    def _line(self, one: ImportedPerson) -> str:
        said = []
        if one.outcome is not Outcome.ADDED:
            said.append(texts.translated(_OUTCOMES[one.outcome]))
        if one.badge_taken:
            said.append(self.tr("without the badge, which somebody has"))
        if one.foreign and not one.templates:
            said.append(self.tr("to be enrolled again"))
        return f"{one.name}: {', '.join(said)}"


def _is_remarkable(one: ImportedPerson) -> bool:
    ordinary = one.outcome in {Outcome.ADDED, Outcome.UPDATED, Outcome.UNCHANGED}
    return not ordinary or one.badge_taken or bool(one.foreign and not one.templates)
