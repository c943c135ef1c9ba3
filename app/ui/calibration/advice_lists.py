"""Lists of weak gallery members and lookalike pairs, with a button for the advised action."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.services.recognition.calibration import CloseMembers, PairAdvice, PersonAdvice, WeakMember
from app.ui.texts import people_texts
from app.ui.widgets.icons import Glyph
from app.ui.widgets.labels import ElidedLabel
from app.ui.widgets.panes import Pane, button, label

_ADDING = {PersonAdvice.ADD_TEMPLATES, PersonAdvice.ADD_BETTER_TEMPLATES}


class _List(QScrollArea):
    """A scrolling list of rows, or a sentence if it is empty."""

    open_wanted = Signal(object)
    add_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.empty_label = label("lead", wrap=True)
        self._rows: list[QWidget] = []
        inner = QWidget()
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(4, 4, 8, 4)
        self._column.setSpacing(8)
        self._column.addWidget(self.empty_label)
        self._column.addStretch(1)
        self.setWidget(inner)

    def _show_rows(self, rows: Sequence[QWidget]) -> None:
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = list(rows)
        for place, row in enumerate(rows, start=1):
            self._column.insertWidget(place, row)
        self.empty_label.setVisible(not rows)


class WeakestList(_List):
    """The people who may not be recognised.

    Signals:
        open_wanted: Show a Person.
        add_wanted: Add templates to a Person.
    """

    def __init__(self) -> None:
        super().__init__()
        self._members: Sequence[WeakMember] = ()

    def show_members(self, members: Sequence[WeakMember]) -> None:
        """Replace all rows."""
        self._members = members
        self.empty_label.setText(self.tr("No weak entries: all people have enough good templates."))
        self._show_rows([self._row(member) for member in members])

    def retranslate(self) -> None:
        """Set every translated text."""
        self.setAccessibleName(self.tr("The weakest people"))
        self.show_members(self._members)

    def _row(self, member: WeakMember) -> QWidget:
        row = _Row(
            "user", member.person.name, people_texts.weakness_text(member), people_texts.person_advice(member.advice)
        )
        row.tell(people_texts.member_facts(member))
        adding = member.advice in _ADDING
        row.button.setText(self.tr("Add templates") if adding else self.tr("Open"))
        wanted = self.add_wanted if adding else self.open_wanted
        row.button.clicked.connect(lambda: wanted.emit(member.person))
        row.name_button(member.person.name)
        return row


class ClosestList(_List):
    """The pairs of people who look alike.

    Signals:
        open_wanted: Show a Person.
        add_wanted: Add templates to a Person.
        stricter_wanted: Set the threshold above this similarity.
    """

    stricter_wanted = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self._pairs: Sequence[CloseMembers] = ()

    def show_pairs(self, pairs: Sequence[CloseMembers]) -> None:
        """Replace all rows."""
        self._pairs = pairs
        self.empty_label.setText(self.tr("Pairs need at least two people."))
        self._show_rows([self._row(pair) for pair in pairs])

    def retranslate(self) -> None:
        """Set every translated text."""
        self.setAccessibleName(self.tr("The closest pairs"))
        self.show_pairs(self._pairs)

    def _row(self, pair: CloseMembers) -> QWidget:
        names = self.tr("{first} and {second}").format(first=pair.first.name, second=pair.second.name)
        row = _Row("users", names, people_texts.similarity_text(pair.similarity), people_texts.pair_advice(pair.advice))
        if pair.advice is PairAdvice.BE_STRICTER:
            row.button.setText(self.tr("Raise strictness"))
            row.button.clicked.connect(lambda: self.stricter_wanted.emit(pair.similarity))
        elif pair.advice is PairAdvice.ADD_TEMPLATES:
            row.button.setText(self.tr("Add templates"))
            row.button.clicked.connect(lambda: self.add_wanted.emit(pair.first))
        else:
            row.button.setText(self.tr("Open"))
            row.button.clicked.connect(lambda: self.open_wanted.emit(pair.first))
        row.name_button(names)
        return row


class _Row(Pane):
    """Name, reason, advice, and a button that follows the advice."""

    def __init__(self, glyph: str, name: str, why: str, advice: str) -> None:
        super().__init__()
        self.setObjectName("card")
        self._name, self._facts = ElidedLabel("strong"), label("muted", wrap=True)
        reason, what = label(wrap=True), label("muted", wrap=True)
        self.button = button()
        for part, text in ((self._name, name), (reason, why), (what, advice)):
            part.setText(text)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        for part in (self._name, reason, self._facts, what):
            texts.addWidget(part)
        self._facts.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 12, 16, 12)
        row.setSpacing(16)
        row.addWidget(Glyph(glyph, "muted", 24), alignment=Qt.AlignmentFlag.AlignTop)
        row.addLayout(texts, 1)
        row.addWidget(self.button, alignment=Qt.AlignmentFlag.AlignVCenter)

    def tell(self, facts: str) -> None:
        """Set the figures."""
        self._facts.setText(facts)
        self._facts.show()

    def name_button(self, name: str) -> None:
        """Set the button's accessible name."""
        self.button.setAccessibleName(f"{self.button.text()}: {name}")
