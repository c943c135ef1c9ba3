"""Opens the real window on a video, enrols from it by keyboard, and prints the result as one JSON object.

python -m tests.e2e.window_driver VIDEO NAME SCREENSHOT
"""

import json
import sys
import threading
from pathlib import Path
from time import monotonic

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.ui.shell.main_window import MainWindow
from app.ui.shell.qt_application import make_qt_app
from app.ui.shell.window_app import open_window, save, wait
from app.wiring import Application
from app.wiring.screens import window_backend
from tests.e2e.input_devices import until


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key in the focused widget."""
    QTest.keyClick(focused(), key, modifier)


def focused() -> QWidget:
    """Return the focused widget."""
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def said(window: MainWindow) -> str:
    """Return the text of the verdict card."""
    return window.live.verdict.accessibleName()


def drive(window: MainWindow, name: str, screenshot: Path) -> dict[str, object]:
    """Enrol a person and wait for the recognition."""
    until(lambda: window.live.picture.has_picture, "there is a picture")
    until(lambda: "No people enrolled" in said(window), "the stranger is judged")
    before = said(window)
    press(Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    enrolment = window.live.enrolment
    until(lambda: enrolment.consent.agree.isEnabled() and enrolment.consent.agree.hasFocus(), "consent is asked for")
    press(Qt.Key.Key_Space)
    until(enrolment.name_step.field.hasFocus, "the name is asked for")
    QTest.keyClicks(focused(), name)
    until(enrolment.name_step.start.isEnabled, "the name is accepted")
    press(Qt.Key.Key_Return)
    began = monotonic()
    until(enrolment.capture_step.skip.isVisible, "the front is there")
    enrolment.capture_step.skip.setFocus()
    press(Qt.Key.Key_Space)
    until(lambda: name in enrolment.summary_step.lead.text(), "the last step says who is recognised")
    until(lambda: name in said(window), "the name appears")
    seconds = monotonic() - began
    save(window, screenshot)
    return {"before": before, "after": said(window), "seconds": seconds}


def main() -> None:
    """Open the window, drive it, and close it."""
    video, name, screenshot = sys.argv[1:]
    with Application() as application:
        application.settings = application.settings.with_changes(
            camera={"source": video}, appearance={"language": "en"}
        )
        window = open_window(make_qt_app(), window_backend(application))
        window.activateWindow()
        wait(0.3)
        window.setFocus()
        seen = drive(window, name, Path(screenshot))
        seen["people"] = [person.name for person in application.people.all()]
        began = monotonic()
        window.close()
        wait(0.05)
        seen["closed_within_s"] = monotonic() - began
    seen["threads"] = [thread.name for thread in threading.enumerate() if thread is not threading.main_thread()]
    sys.stdout.write(json.dumps(seen) + "\n")


if __name__ == "__main__":
    main()
