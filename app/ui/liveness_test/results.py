"""Results of the guided liveness test: one row per species, one column per policy."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout

from app.core.liveness import LivenessPolicy
from app.flows.liveness.liveness_test import TESTED_POLICIES, Species
from app.services.liveness.error_rates import LivenessErrorRate, PolicyReport
from app.services.liveness.liveness_test import LivenessTestReport
from app.ui.texts import liveness_texts
from app.ui.widgets.buttons import set_style_property
from app.ui.widgets.panes import Pane, label


class ResultsTable(Pane):
    """Error counts with their confidence intervals; errors are marked by text and by colour."""

    def __init__(self) -> None:
        super().__init__()
        self._report: LivenessTestReport | None = None
        self.remark = label("muted", wrap=True)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(24)
        self._grid.setVerticalSpacing(8)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addLayout(self._grid)
        column.addWidget(self.remark)
        column.addStretch()

    def show_report(self, report: LivenessTestReport) -> None:
        """Show a report."""
        self._report = report
        self.retranslate()

    def spoken(self) -> str:
        """Return the table as sentences, for screen readers and speech."""
        report = self._report
        if report is None:
            return ""
        said = []
        for policy in TESTED_POLICIES if report.policies else ():
            measured = report.policies[policy.value]
            cells = [
                f"{liveness_texts.species_name(one)}: {liveness_texts.rate_text(found[0], is_attack=found[1])}"
                for one in Species
                if (found := _found(measured, one))
            ]
            said.append(f"{liveness_texts.policy_text(policy)}. {'. '.join(cells)}.")
        return " ".join([*said, self.remark.text()]).replace("\n", ", ")

    def retranslate(self) -> None:
        """Set every translated text."""
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        report = self._report
        if report is not None and report.policies:
            self._fill(report)
        self.remark.setText(self._remark(report))
        self.setAccessibleName(self.tr("Results"))
        self.setAccessibleDescription(self.spoken())

    def _remark(self, report: LivenessTestReport | None) -> str:
        if report is None or not report.policies:
            return self.tr("No presentation was made, so there are no results.")
        said = [self.tr("Below each count: the 95 % confidence interval of the error rate. More rounds narrow it.")]
        if report.without_face:
            said.append(self.tr("Presentations without a face: %n.", "", report.without_face))
        said.append(
            self.tr("The light challenge was included.")
            if report.light
            else self.tr("The light challenge was not included: it is switched off.")
        )
        return " ".join(said)

    def _fill(self, report: LivenessTestReport) -> None:
        for column, policy in enumerate(TESTED_POLICIES, 1):
            self._put(liveness_texts.policy_text(policy), 0, column, "strong")
        shown = [one for one in Species if one.value in report.presentations]
        for row, species in enumerate(shown, 1):
            self._put(liveness_texts.species_name(species), row, 0, "strong")
            for column, policy in enumerate(TESTED_POLICIES, 1):
                self._put_rate(report, policy, species, row, column)
        self._grid.setColumnStretch(len(TESTED_POLICIES) + 1, 1)

    def _put_rate(
        self, report: LivenessTestReport, policy: LivenessPolicy, species: Species, row: int, column: int
    ) -> None:
        found = _found(report.policies[policy.value], species)
        if found is None:
            return
        rate, is_attack = found
        text = liveness_texts.rate_text(rate, is_attack=is_attack)
        set_style_property(self._put(text, row, column), "tone", "bad" if rate.errors else "good")

    def _put(self, text: str, row: int, column: int, kind: str = "body") -> QLabel:
        made = label(kind)
        made.setText(text)
        self._grid.addWidget(made, row, column, Qt.AlignmentFlag.AlignTop)
        return made


def _found(measured: PolicyReport, species: Species) -> tuple[LivenessErrorRate, bool] | None:
    """Return the error rate of a species and whether it is an attack; None if it was not presented."""
    rate = measured.bpcer if species is Species.LIVE else measured.apcer.get(species)
    return None if rate is None else (rate, species is not Species.LIVE)
