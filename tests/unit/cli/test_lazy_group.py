"""That commands are imported when they are used, and not before."""

import json
import subprocess
import sys
from importlib import import_module

import pytest
import typer

from app.cli.lazy_group import COMMANDS, GROUPS, LazyGroup
from app.cli.main import app

_UNWANTED = ("mediapipe", "onnxruntime", "alembic", "faiss", "torch", "PySide6", "sounddevice", "matplotlib", "httpx")


@pytest.fixture
def group() -> LazyGroup:
    made = typer.main.get_command(app)
    assert isinstance(made, LazyGroup)
    return made


def test_every_command_of_a_module_is_listed() -> None:
    for module in set(COMMANDS.values()):
        for command in import_module(f"app.cli.{module}").app.registered_commands:
            name = command.name or command.callback.__name__.replace("_", "-")
            assert COMMANDS[name] == module


def test_every_name_resolves_to_its_command(group: LazyGroup) -> None:
    for name in [*COMMANDS, *GROUPS]:
        assert group.get_command(None, name).name == name


def test_command_imports_no_other_command(group: LazyGroup) -> None:
    group.get_command(None, "doctor")
    assert set(group.commands) == {"doctor", "demo"}


def test_unknown_name_imports_all_commands_for_suggestions(group: LazyGroup) -> None:
    assert group.get_command(None, "peple") is None
    assert set(group.commands) == {*COMMANDS, *GROUPS, "demo"}


def test_heavy_packages_are_not_imported_at_start() -> None:
    code = f"import json, sys, app.cli.main; print(json.dumps([n for n in {_UNWANTED!r} if n in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []
