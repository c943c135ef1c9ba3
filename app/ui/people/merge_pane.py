"""Merging two entries of the same person."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout

from app.core.people import Person
from app.services.people.people_index import PeopleFilter, PersonEntry
from app.ui.people.line_list import Line, LineList
from app.ui.texts import people_texts
from app.ui.texts.value_texts import breakable
from app.ui.widgets.labels import InlineMessage
from app.ui.widgets.panes import Pane, Scroll, button, label

_MOST = 20
"""Number of entries offered; typing more of the name finds the others."""


_LONGEST = 28
"""Longest name inside a sentence, in characters; the full name is shown above or in the list."""


class MergePane(Pane):
    """Searches for the other entry and shows the consequences of keeping either one.

    Signals:
        merge_wanted: The Person to keep and the Person to remove.
        cancelled: Both entries stay.
    """

    merge_wanted = Signal(object, object)
    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._person: Person | None = None
        self._entries: Sequence[PersonEntry] = ()
        self._offered: dict[str, Person] = {}
        self._keep_other = False
        self._lead, self._outcome = label(wrap=True), label("muted", wrap=True)
        self.search, self.list = QLineEdit(), LineList()
        self.swap, self.message = button("plain"), InlineMessage("bad")
        self.merge, self.cancel = button("primary"), button("plain")
        self._lay_out()
        self.search.textChanged.connect(lambda _: self._list())
        self.list.line_chosen.connect(self._update_texts)
        self.swap.clicked.connect(self._swap)
        self.merge.clicked.connect(self._request_merge)
        self.cancel.clicked.connect(self.cancelled)
        self.retranslate()

    def begin(self, person: Person) -> None:
        """Search for another entry of this person."""
        self._person = person
        self._keep_other = False
        self.show_failure()
        self.search.clear()
        self._list()
        self.retranslate()
        self.search.setFocus()

    def show_entries(self, entries: Sequence[PersonEntry]) -> None:
        """Set the enrolled people to choose from."""
        self._entries = entries
        if self._person is not None and self.isVisible():
            self._list()

    def show_failure(self, *sentences: str) -> None:
        """Say why the merge failed."""
        self.message.show_text(*sentences)

    def retranslate(self) -> None:
        """Set every translated text."""
        name = breakable(self._person.name) if self._person else ""
        self._lead.setText(self.tr("Select the other entry of {name}").format(name=name))
        self.search.setPlaceholderText(self.tr("Search"))
        self.search.setAccessibleName(self.tr("Search for the other entry"))
        self.list.setAccessibleName(self.tr("Other entries"))
        self.swap.setText(self.tr("Keep the other entry instead"))
        self.merge.setText(self.tr("Merge"))
        self.cancel.setText(self.tr("Cancel"))
        self.cancel.setToolTip(self.tr("Do not merge (Esc)"))
        self._update_texts()

    @property
    def other(self) -> Person | None:
        """The selected entry."""
        return self._offered.get(self.list.chosen or "")

    def _list(self) -> None:
        if self._person is None:
            return
        found = PeopleFilter(self.search.text()).select(self._entries)
        others = [entry for entry in found if entry.person.id != self._person.id][:_MOST]
        self._offered = {entry.person.id: entry.person for entry in others}
        self.list.show_lines([self._line(entry) for entry in others])
        self._update_texts()

    def _line(self, entry: PersonEntry) -> Line:
        facts = [people_texts.standing_text(entry.standing), self.tr("%n template(s)", "", entry.person.templates)]
        if entry.person.badge:
            facts.append(entry.person.badge)
        return Line(entry.person.id, entry.person.name, " · ".join(facts))

    def _pair(self) -> tuple[Person, Person] | None:
        """Return the person to keep and the person to remove."""
        if self._person is None or self.other is None:
            return None
        return (self.other, self._person) if self._keep_other else (self._person, self.other)

    def _swap(self) -> None:
        self._keep_other = not self._keep_other
        self._update_texts()

    def _update_texts(self) -> None:
        pair = self._pair()
        self._outcome.setVisible(pair is not None)
        self.swap.setVisible(pair is not None)
        self.merge.setEnabled(pair is not None)
        if pair is not None:
            self._outcome.setText(breakable(self._consequences(*pair)))

    def _consequences(self, kept: Person, gone: Person) -> str:
        names = {"kept": _shortened(kept.name), "gone": _shortened(gone.name)}
        templates = self.tr("%n template(s)", "", gone.templates)
        sentences = [
            self.tr("{kept} gets {templates}, all consents and all marks of {gone}."),
            *self._losses(kept, gone),
        ]
        sentences.append(self.tr("The name, status and dates stay. The entry {gone} is erased."))
        groups = ", ".join(sorted(set(gone.groups) - set(kept.groups)))
        return " ".join(sentences).format(**names, templates=templates, groups=groups, badge=gone.badge)

    def _losses(self, kept: Person, gone: Person) -> list[str]:
        """List what is merged besides the templates, and what is dropped."""
        sentences = []
        if set(gone.groups) - set(kept.groups):
            sentences.append(self.tr("It is added to {groups}."))
        if gone.badge:
            sentences.append(
                self.tr("The badge {badge} is dropped.") if kept.badge else self.tr("It gets the badge {badge}.")
            )
        if gone.note and kept.note:
            sentences.append(self.tr("The note of {gone} is dropped."))
        return sentences

    def _request_merge(self) -> None:
        pair = self._pair()
        if pair is not None:
            self.merge_wanted.emit(*pair)

    def _lay_out(self) -> None:
        body = Scroll()
        body.column.addWidget(self.list)
        body.column.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._lead)
        column.addWidget(self.search)
        column.addWidget(body, 1)
        column.addWidget(self._outcome)
        column.addWidget(self.swap)
        column.addWidget(self.message)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.merge, 1)
        foot.addWidget(self.cancel, 1)
        column.addLayout(foot)


def _shortened(name: str) -> str:
    half = _LONGEST // 2
    return name if len(name) <= _LONGEST else f"{name[:half]}…{name[-half:]}"
