import logging

import pytest

from app.actions.config import LogConfig
from app.actions.log_only import LogAction
from tests.fakes.actions import Workbench, an_event, within


def test_a_line_without_the_name(caplog: pytest.LogCaptureFixture) -> None:
    action = LogAction(LogConfig(name="record"), Workbench().tools)
    with caplog.at_level(logging.INFO):
        action.run(an_event(3), within())
        action.run(an_event(4, test=True), within())
    assert caplog.messages == [
        "Front door: unlocked by face, person person-1, event event-3",
        "Front door: tried by face, person person-1, event event-4",
    ]
