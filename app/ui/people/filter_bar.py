"""Filters and sort order of the people list."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout

from app.services.people.people_index import PeopleFilter, PeopleOrder, Standing, TemplateCoverage
from app.ui.people.people_table import Column
from app.ui.texts import people_texts
from app.ui.widgets.buttons import ChoicePicker
from app.ui.widgets.icons import icon
from app.ui.widgets.panes import Pane, button

_NARROW_BELOW = 640
_Sorting = tuple[PeopleOrder, bool]


class PeopleFilterBar(Pane):
    """Group, status and template filters, and the sort order for keyboard users.

    Signals:
        changed: A filter has changed.
        sort_wanted: A column and a Qt.SortOrder.
    """

    changed = Signal()
    sort_wanted = Signal(int, Qt.SortOrder)

    def __init__(self) -> None:
        super().__init__()
        self._groups: tuple[str, ...] = ()
        self._sorting: _Sorting = (PeopleOrder.NAME, False)
        self.group, self.standing, self.coverage = ChoicePicker(), ChoicePicker(), ChoicePicker()
        self.sorting, self.clear = ChoicePicker(), button("quiet")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for part in (self.group, self.standing, self.coverage):
            row.addWidget(part)
            part.chosen.connect(self._change)
        row.addWidget(self.clear)
        row.addStretch(1)
        row.addWidget(self.sorting)
        self.clear.setFixedWidth(36)
        self.clear.clicked.connect(self.reset)
        self.sorting.chosen.connect(self._sort)
        self.retranslate()
        self.restyle()

    def build_filter(self, search: str) -> PeopleFilter:
        """Return the chosen filters combined with a search text."""
        group, standing, coverage = self.group.value, self.standing.value, self.coverage.value
        return PeopleFilter(
            search,
            str(group),
            standing if isinstance(standing, Standing) else None,
            coverage if isinstance(coverage, TemplateCoverage) else None,
        )

    def show_groups(self, groups: tuple[str, ...]) -> None:
        """Set the groups to choose from; reset the group filter if its group no longer exists."""
        if groups != self._groups:
            self._groups = groups
            self.retranslate()

    def show_sorting(self, column: int, order: Qt.SortOrder) -> None:
        """Show the table's sort order.

        Args:
            column: The sorted column.
            order: Ascending or descending.
        """
        self._sorting = (Column(column).order, order == Qt.SortOrder.DescendingOrder)
        self.retranslate()

    def reset(self) -> bool:
        """Clear the filters; return False if none was set."""
        if not self.build_filter("").is_set:
            return False
        for part in (self.group, self.standing, self.coverage):
            part.blockSignals(True)  # noqa: FBT003 - Qt's own
            part.choose("")
            part.blockSignals(False)  # noqa: FBT003
        self._change()
        return True

    def retranslate(self) -> None:
        """Set every translated text."""
        groups = [("", self.tr("All groups")), *((name, name) for name in self._groups)]
        self.group.show_choices(self.tr("Group"), groups, self.group.value)
        standings = [("", self.tr("Any status")), *((value, people_texts.standing_text(value)) for value in Standing)]
        self.standing.show_choices(self.tr("Status"), standings, self.standing.value)
        coverages = [
            ("", self.tr("Any templates")),
            *((value, people_texts.coverage_text(value)) for value in TemplateCoverage),
        ]
        self.coverage.show_choices(self.tr("Templates"), coverages, self.coverage.value)
        self.sorting.show_choices(self.tr("Sort by"), self._sortings(), self._sorting)
        self.clear.setAccessibleName(self.tr("Show all"))
        self.clear.setToolTip(self.tr("Show all (Esc)"))
        self.clear.setVisible(self.build_filter("").is_set)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Hide the captions in a narrow window."""
        super().resizeEvent(event)
        self.restyle()

    def restyle(self) -> None:
        """Apply the theme's colours."""
        funnel = QIcon() if self.width() < _NARROW_BELOW else icon("funnel", "muted")
        for part in (self.group, self.standing, self.coverage):
            part.setIcon(funnel)
        self.sorting.setIcon(icon("sort-ascending", "muted"))
        self.clear.setIcon(icon("x", "muted"))
        self.update()

    def _sortings(self) -> list[tuple[object, str]]:
        down = self.tr("{column}, descending")
        up = [((order, False), people_texts.order_text(order)) for order in PeopleOrder]
        return [*up, *(((order, True), down.format(column=people_texts.order_text(order))) for order in PeopleOrder)]

    def _change(self) -> None:
        self.clear.setVisible(self.build_filter("").is_set)
        self.changed.emit()

    def _sort(self, value: _Sorting) -> None:
        order, descending = value
        column = next(column for column in Column if column.order is order)
        self.sort_wanted.emit(int(column), Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder)
