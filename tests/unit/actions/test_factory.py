import logging
import sys
from pathlib import Path

import pytest

from app.actions.config import ActionConfig, GpioConfig, LogConfig
from app.actions.factory import LogAction, make_action
from app.actions.relay import RelayAction
from tests.fakes.actions import ActionHarness, deadline_in, unlock_event

MODULE = """
from app.actions.config import ActionConfig
from app.actions.port import ActionKind

class Latch:
    def __init__(self, config, tools):
        self.name, self.kiosk = config.name, tools.kiosk

KIND = ActionKind(ActionConfig, Latch)
"""


def test_each_kind_is_created_from_its_table() -> None:
    assert isinstance(make_action(LogConfig(), ActionHarness().tools), LogAction)
    assert isinstance(make_action(GpioConfig(pin=17), ActionHarness().tools), RelayAction)


def test_a_third_party_kind_is_created_by_its_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "latch_module.py").write_text(MODULE, "utf-8")
    metadata = tmp_path / "latch-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: latch\nVersion: 1.0\n", "utf-8")
    (metadata / "entry_points.txt").write_text("[facelatch.actions]\nlatch = latch_module:KIND\n", "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "latch_module", raising=False)

    latch = make_action(ActionConfig(kind="latch", name="third floor"), ActionHarness().tools)

    assert (type(latch).__name__, latch.name) == ("Latch", "third floor")


def test_the_log_line_has_no_name(caplog: pytest.LogCaptureFixture) -> None:
    action = LogAction(LogConfig(name="record"))
    with caplog.at_level(logging.INFO):
        action.run(unlock_event(3), deadline_in())
        action.run(unlock_event(4, test=True), deadline_in())
    assert caplog.messages == [
        "Front door: unlocked by face, person person-1, event event-3",
        "Front door: test by face, person person-1, event event-4",
    ]
