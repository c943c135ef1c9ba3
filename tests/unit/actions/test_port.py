"""Third-party kinds of action, discovered by the entry points of an installed package."""

import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from app.actions.config import ActionConfigs
from app.actions.port import installed_kinds


class Policy(BaseModel):
    """A policy with actions only."""

    actions: ActionConfigs = ()


LATCH = """
from typing import Literal
from app.actions.config import ActionConfig
from app.actions.port import ActionKind, ActionOutcome

class LatchConfig(ActionConfig):
    kind: Literal["acme-latch"] = "acme-latch"
    floor: int

class Latch:
    def __init__(self, config, tools):
        self.name = config.name

KIND = ActionKind(LatchConfig, Latch)
NOT_ONE = 7
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Install a distribution with four entry points, three of them broken."""
    (tmp_path / "acme_latch_module.py").write_text(LATCH, "utf-8")
    metadata = tmp_path / "acme_latch-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-latch\nVersion: 1.0\n", "utf-8")
    entries = """
        [facelatch.actions]
        acme-latch = acme_latch_module:KIND
        acme-number = acme_latch_module:NOT_ONE
        acme-gone = acme_latch_module:GONE
        acme-missing = acme_nowhere:KIND
    """
    (metadata / "entry_points.txt").write_text(textwrap.dedent(entries), "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "acme_latch_module", raising=False)


def read(**table: Any) -> Any:
    (action,) = Policy.model_validate({"actions": [table]}).actions
    return action


@pytest.mark.usefixtures("package")
def test_a_third_party_kind_is_validated_by_its_model() -> None:
    action = read(kind="acme-latch", floor=3, timeout_s=1)
    assert (action.name, action.floor, action.timeout_s) == ("acme-latch", 3, 1.0)
    with pytest.raises(ValidationError) as caught:
        read(kind="acme-latch", floor="third")
    assert caught.value.errors()[0]["loc"] == ("actions", 0, "floor")


@pytest.mark.usefixtures("package")
@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("acme-number", "is not an ActionKind"),
        ("acme-gone", "cannot be imported"),
        ("acme-missing", "No module named 'acme_nowhere'"),
        ("acme-latsch", "known kinds: acme-gone, acme-latch, acme-missing, acme-number, command"),
    ],
)
def test_a_broken_third_party_kind_is_reported_at_its_table(kind: str, words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        read(kind=kind)
    assert caught.value.errors()[0]["loc"] == ("actions", 0)
    assert words in caught.value.errors()[0]["msg"]


def test_no_kinds_are_installed_by_default() -> None:
    assert installed_kinds() == {}
