"""Drives the life cycle of a person through the real window, by keyboard and mouse; prints the result as JSON.

python -m tests.e2e.people_driver VIDEO [--theme THEME] [--language LANGUAGE] [--pictures FOLDER]

Enrol, find in the list, add templates, mark a wrong match, move the threshold, erase.
"""

import argparse
import json
import sys
from pathlib import Path

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QLabel, QWidget

from app.core.paths import data_dir
from app.core.settings.sections import Language, Theme
from app.flows.verification import TrackState
from app.ui.live.situation import Step
from app.ui.shell.main_window import MainWindow
from app.ui.shell.qt_application import make_qt_app
from app.ui.shell.window_app import open_window, wait
from app.wiring import Application
from app.wiring.screens import window_backend
from tests.e2e.input_devices import InputDevices, until

NAME = "Ada Lovelace"


class Walk:
    """The steps, in order.

    Args:
        window: To be driven.
        hands: Keyboard and mouse.
    """

    def __init__(self, window: MainWindow, hands: InputDevices) -> None:
        self.window, self.hands = window, hands
        self.seen: dict[str, object] = {}

    def all(self) -> dict[str, object]:
        """Run all steps and return what was displayed."""
        for step in (self.enrol, self.find, self.add, self.mark, self.move, self.erase):
            step()
        return self.seen

    def enrol(self) -> None:
        """Enrol by keyboard."""
        window, hands, panel = self.window, self.hands, self.window.live.enrolment
        until(lambda: window.live.picture.has_picture, "there is a picture")
        hands.look("enrol")
        hands.press("ctrl+e")
        self._agree()
        until(panel.name_step.field.hasFocus, "the name is asked for")
        hands.write(NAME)
        until(panel.name_step.start.isEnabled, "the name is accepted")
        hands.look("take the pictures")
        hands.press("Return")
        self._take_what_the_clip_has("enrol")
        hands.press("Return")

    def _agree(self) -> None:
        consent = self.window.live.enrolment.consent
        until(lambda: consent.agree.isEnabled() and consent.agree.hasFocus(), "consent is asked for")
        self.hands.look("agree")
        self.hands.press("space")

    def _take_what_the_clip_has(self, what: str) -> None:
        """Save the poses of a clip that contains fewer than requested."""
        hands, panel = self.hands, self.window.live.enrolment
        until(panel.capture_step.skip.isVisible, "the front is there")
        hands.look(f"{what}: the clip goes on")
        until(panel.capture_step.save.isVisible, "the film has ended")
        hands.look(f"{what}: save what was seen")
        hands.press("Return")
        until(panel.summary_step.isVisible, "it is done")
        hands.look(f"{what}: done")
        self.seen[f"{what}: kept"] = panel.summary_step.note.text()

    def find(self) -> None:
        """Search the list and open the card."""
        hands, people = self.hands, self.window.people
        hands.press("ctrl+2")
        until(lambda: people.model.rowCount() == 1, "the list is read")
        hands.look("search")
        hands.press("ctrl+f")
        hands.write("lovel")
        until(lambda: people.search.text() == "lovel" and people.model.rowCount() == 1, "the list is searched")
        until(lambda: people.card.person is not None and people.card.person.name == NAME, "the person is found")
        self.seen["found"] = shown(people)

    def add(self) -> None:
        """Add templates by mouse."""
        hands, buttons = self.hands, self.window.people.card.buttons
        hands.look("add templates")
        hands.click(buttons.add)
        wait(0.3)
        hands.look("from the camera")
        hands.choose(buttons._camera)
        self._agree()
        self._take_what_the_clip_has("add")
        hands.press("Escape")

    def mark(self) -> None:
        """Replay the clip and mark the match as wrong."""
        window, hands, card = self.window, self.hands, self.window.live.verdict
        again = window.live.message.buttons[Step.REPLAY]
        until(again.hasFocus, "the focus is on what to do next")
        hands.look("play again")
        hands.click(again)
        until(lambda: NAME in said(window), "the name appears")
        self.seen["before the mark"] = said(window)
        hands.look("mark")
        hands.press("ctrl+m")
        until(card.marking.sure.hasFocus, "it is asked")
        hands.look("not this person")
        hands.press("space")
        until(card.marking.undo.isVisible, "it is marked")
        hands.look("close")
        hands.press("Escape")
        if again.isVisible():  # the clip is over already
            hands.click(again)
        until(lambda: is_unknown(window), "the face is no longer taken for the person")
        self.seen["after the mark"] = said(window)
        hands.look("marked")

    def move(self) -> None:
        """Move the threshold by mouse and by keyboard."""
        hands, page = self.hands, self.window.calibration
        hands.press("ctrl+3")
        until(lambda: page.calibration is not None, "the gallery is measured")
        hands.look("drag the threshold")
        before = self.window.session.settings.recognition.one_in
        canvas = page.similarities.canvas
        assert canvas is not None
        line = canvas.widget.mapFromScene(canvas.plot.vb.mapViewToScene(canvas.line.pos()))
        at = QPoint(line.x(), canvas.widget.height() // 2)
        hands.drag(canvas.widget, at, at + QPoint(40, 0))
        until(lambda: self.window.session.settings.recognition.one_in != before, "it is kept")
        dragged = self.window.session.settings.recognition.one_in
        hands.look("by keyboard")
        hands.click(page.strictness.slider)
        hands.press("Left", "Left")
        until(lambda: self.window.session.settings.recognition.one_in != dragged, "it is kept again")
        after = self.window.session.settings.recognition.one_in
        hands.look("moved")
        self.seen |= {"strictness before": before, "strictness dragged": dragged, "strictness after": after}

    def erase(self) -> None:
        """Erase from the list, by keyboard, with confirmation."""
        hands, people = self.hands, self.window.people
        hands.press("ctrl+2")
        until(people.card.isVisible, "the person is shown")
        self.seen["marks"] = [label.text() for label in people.card.marks.findChildren(QLabel)][:1]
        people.table.setFocus()
        hands.look("erase")
        hands.press("Delete")
        until(people.card.erase_pane.keep.hasFocus, "it is asked")
        hands.look("erase for good")
        hands.click(people.card.erase_pane.erase)
        until(people.empty.isVisible, "the list is empty")
        hands.look("empty list")


def said(window: MainWindow) -> str:
    """Return the text of the verdict card."""
    return window.live.verdict.accessibleName()


def is_unknown(window: MainWindow) -> bool:
    """Return whether the face is not recognised."""
    result = window.live.picture.result
    states = [face.status.state for face in result.faces] if result is not None else []
    return states == [TrackState.UNKNOWN]


def shown(part: QWidget) -> str:
    """Return the texts of all visible labels."""
    return " | ".join(label.text() for label in part.findChildren(QLabel) if label.isVisible())


def traces() -> list[str]:
    """Return the files in the data directory that contain the name."""
    files = [path for path in data_dir().rglob("*") if path.is_file()]
    return [path.name for path in files if NAME.encode() in path.read_bytes()]


def main() -> None:
    """Open the window, run the steps, and close it."""
    asked = argparse.ArgumentParser()
    asked.add_argument("video")
    asked.add_argument("--theme", default="dark")
    asked.add_argument("--language", default="en")
    asked.add_argument("--pictures", type=Path)
    given = asked.parse_args()
    look = {"theme": Theme(given.theme), "language": Language(given.language)}
    with Application() as application:
        application.settings = application.settings.with_changes(camera={"source": given.video}, appearance=look)
        window = open_window(make_qt_app(), window_backend(application))
        window.activateWindow()
        wait(0.3)
        try:
            seen = Walk(window, InputDevices(given.pictures)).all()
            seen["people"] = [person.name for person in application.people.all()]
            seen["left in the files"] = traces()
        finally:
            window.close()
    sys.stdout.write(json.dumps(seen) + "\n")


if __name__ == "__main__":
    main()
