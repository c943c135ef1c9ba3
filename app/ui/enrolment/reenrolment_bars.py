"""Two bars: how many people must be re-enrolled, and the guided re-enrolment."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout

from app.ui.enrolment.reenrolment import ReenrolmentController
from app.ui.texts import value_texts
from app.ui.texts.value_texts import breakable
from app.ui.widgets.icons import Glyph
from app.ui.widgets.panes import Pane, button, label

_BAR = 8


class ReenrolmentBar(Pane):
    """One line above the pages, hidden with an empty queue. The user can dismiss it, except on the people page.

    Signals:
        list_wanted: List the people concerned.

    Args:
        reenrolment: The re-enrolment controller.
    """

    list_wanted = Signal()

    def __init__(self, reenrolment: ReenrolmentController) -> None:
        super().__init__()
        self._reenrolment = reenrolment
        self._dismissed = self._pinned = False
        self._allowed = True
        self._words, self._note = label("strong", wrap=True), label("muted", wrap=True)
        self.begin, self.show_people, self.later = button("plain"), button("plain"), button("quiet")
        self.begin.clicked.connect(reenrolment.begin)
        self.show_people.clicked.connect(self.list_wanted)
        self.later.clicked.connect(self._leave)
        reenrolment.changed.connect(self.retranslate)
        self._lay_out()
        self.hide()
        self.retranslate()

    def allow(self, *, allowed: bool, pinned: bool) -> None:
        """Set what the current page and role allow.

        Args:
            allowed: Whether the signed-in role may enrol.
            pinned: Whether the page lists the people concerned, so that the bar stays.
        """
        self._allowed, self._pinned = allowed, pinned
        self._show()

    def retranslate(self) -> None:
        """Set every translated text."""
        queue, outlook = self._reenrolment.queue, self._reenrolment.outlook
        expected = outlook is not None and bool(outlook.people)
        if expected and outlook is not None:
            self._words.setText(self.tr("After the next start, %n person(s) must be re-enrolled.", "", outlook.people))
            self._note.setText(self.tr("%n of them can be migrated from stored pictures.", "", outlook.pictured))
            self._note.setVisible(bool(outlook.pictured))
        else:
            left = len(queue.people)
            words = self.tr("%n person(s) must be re-enrolled: no template for this model.", "", left)
            self._words.setText(
                words if left else self.tr("The model has changed, and all people have templates for it.")
            )
            self._note.setText(self.tr("%n migrated from stored pictures.", "", self._reenrolment.migrated))
            self._note.setVisible(bool(self._reenrolment.migrated))
        self.begin.setText(self.tr("Continue") if queue.done else self.tr("Start"))
        self.begin.setToolTip(self.tr("Enrol them one by one in front of the camera"))
        self.show_people.setText(self.tr("Show list"))
        self.later.setText(self.tr("Later") if queue.people or expected else self.tr("Close"))
        self._show()

    def _show(self) -> None:
        reenrolment = self._reenrolment
        expected = reenrolment.outlook is not None and bool(reenrolment.outlook.people)
        left = bool(reenrolment.queue.people) and not expected
        all_migrated = bool(reenrolment.migrated) and not reenrolment.queue.people
        self.begin.setVisible(left)
        self.show_people.setVisible(left and not self._pinned)
        self.later.setVisible(not (self._pinned and left))
        wanted = not self._dismissed or (self._pinned and left)
        something = left or expected or all_migrated
        self.setVisible(self._allowed and wanted and something and reenrolment.current is None)

    def _leave(self) -> None:
        self._dismissed = True
        self._show()

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._words)
        words.addWidget(self._note)
        card = Pane()
        card.setObjectName("notice")
        row = QHBoxLayout(card)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(8)
        row.addWidget(Glyph("user-focus", "caution", 24))
        row.addSpacing(8)
        row.addLayout(words, 1)
        for part in (self.begin, self.show_people, self.later):
            row.addWidget(part)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 16, 16, 0)
        around.addWidget(card)


class ReenrolmentGuideBar(Pane):
    """The current person, the progress, and buttons to skip and to stop; hidden outside a guided re-enrolment.

    Args:
        reenrolment: The re-enrolment controller.
    """

    def __init__(self, reenrolment: ReenrolmentController) -> None:
        super().__init__()
        self.setObjectName("notice")
        self._reenrolment = reenrolment
        self._words, self._count, self.progress = label("strong", wrap=True), label("muted"), QProgressBar()
        self.skip, self.later = button("plain"), button("quiet")
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(_BAR)
        words = QVBoxLayout()
        words.setSpacing(4)
        for part in (self._words, self.progress, self._count):
            words.addWidget(part)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(16)
        row.addLayout(words, 1)
        row.addWidget(self.skip)
        row.addWidget(self.later)
        reenrolment.changed.connect(self.retranslate)
        self.hide()
        self.retranslate()

    def retranslate(self) -> None:
        """Set every translated text."""
        queue, person = self._reenrolment.queue, self._reenrolment.current
        self.setVisible(person is not None)
        self.skip.setText(self.tr("Skip"))
        self.skip.setToolTip(self.tr("Continue with the next person"))
        self.later.setText(self.tr("Later"))
        self.later.setToolTip(self.tr("Stop here; finished people stay enrolled (Esc)"))
        self.progress.setAccessibleName(self.tr("Re-enrolled"))
        if person is not None:
            self._words.setText(self.tr("Re-enrolling {name}").format(name=breakable(person.name)))
            done, total = value_texts.number(queue.done), value_texts.number(queue.total)
            self._count.setText(self.tr("{done} of {total} done").format(done=done, total=total))
            self.progress.setRange(0, max(queue.total, 1))
            self.progress.setValue(queue.done)
