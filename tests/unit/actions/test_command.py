"""Commands that succeed, do not exist, fail, hang, or ignore SIGTERM."""

import os
import sys
import threading
import time
from pathlib import Path

import pytest

from app.actions.command import CommandAction
from app.actions.config import CommandConfig
from app.core.errors import ActionCancelled, ActionTimedOut, CommandFailed
from tests.fakes.actions import deadline_in, unlock_event

STUBBORN = """
trap "" TERM
(trap "" TERM; echo $BASHPID > "{folder}/child"; sleep 60) &
echo $$ > "{folder}/parent"
wait
sleep 60
"""


def command(*words: str, pass_env: tuple[str, ...] = (), timeout_s: float = 5.0) -> CommandAction:
    config = CommandConfig(command=words, pass_env=pass_env, timeout_s=timeout_s)
    return CommandAction(config)


def printing(folder: Path, code: str) -> tuple[str, ...]:
    """Return a program that writes the value of an expression to a file."""
    return (
        sys.executable,
        "-c",
        f"import os, sys; open(r'{folder / 'out'}', 'w').write(repr({code}))",
        "$HOME",
        "; ls *",
    )


def written(folder: Path) -> object:
    return eval((folder / "out").read_text("utf-8"))


def test_arguments_are_passed_unchanged(tmp_path: Path) -> None:
    outcome = command(*printing(tmp_path, "sys.argv[1:]")).run(unlock_event(), deadline_in())
    assert written(tmp_path) == ["$HOME", "; ls *"]
    assert outcome.note == "exit code 0"


def test_the_event_is_in_the_environment(tmp_path: Path) -> None:
    command(*printing(tmp_path, "dict(os.environ)")).run(unlock_event(3, name="$(reboot)"), deadline_in())
    environment = written(tmp_path)
    assert isinstance(environment, dict)
    assert {name: value for name, value in environment.items() if name.startswith("FACELATCH_")} == {
        "FACELATCH_EVENT_ID": "event-3",
        "FACELATCH_EVENT_TIME": "2026-11-24T08:00:03.000+00:00",
        "FACELATCH_KIOSK": "Front door",
        "FACELATCH_PERSON_ID": "person-1",
        "FACELATCH_PERSON_NAME": "$(reboot)",
        "FACELATCH_FACTORS": "face",
        "FACELATCH_SIMILARITY": "0.7100",
        "FACELATCH_TEST": "0",
    }


def test_only_listed_environment_variables_are_passed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK_SECRET", "hunter2")
    monkeypatch.setenv("DOOR_NUMBER", "7")
    command(*printing(tmp_path, "dict(os.environ)"), pass_env=("DOOR_NUMBER", "NOT_SET")).run(
        unlock_event(), deadline_in()
    )
    environment = written(tmp_path)
    assert isinstance(environment, dict)
    assert environment["DOOR_NUMBER"] == "7"
    assert environment["PATH"] == os.environ["PATH"]
    assert not {"HOOK_SECRET", "NOT_SET"} & set(environment)


def test_its_output_is_discarded(capfd: pytest.CaptureFixture[str]) -> None:
    command("sh", "-c", "echo out; echo err >&2").run(unlock_event(), deadline_in())
    printed = capfd.readouterr()
    assert (printed.out, printed.err) == ("", "err\n")


def test_its_standard_input_is_empty() -> None:
    assert command("cat").run(unlock_event(), deadline_in()).note == "exit code 0"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("/no/such/program",), "No such file or directory"),
        (("/etc/passwd",), "Permission denied"),
        (("/etc",), "Permission denied"),
        (("sh", "-c", "exit 3"), "exit code 3"),
        (("sh", "-c", "kill -9 $$"), "killed by SIGKILL"),
    ],
)
def test_a_failed_command_is_reported_with_its_reason(words: tuple[str, ...], reason: str) -> None:
    with pytest.raises(CommandFailed) as caught:
        command(*words).run(unlock_event(), deadline_in())
    assert caught.value.message == f"The command “{words[0]}” failed: {reason}"


def test_a_command_that_hangs_is_ended_with_its_process_group(tmp_path: Path) -> None:
    action = command("bash", "-c", STUBBORN.format(folder=tmp_path), timeout_s=1.0)
    began = time.monotonic()
    with pytest.raises(ActionTimedOut, match="took longer than 1"):
        action.run(unlock_event(), deadline_in(1.0))
    assert time.monotonic() - began < 3.0
    for name in ("parent", "child"):
        gone(int((tmp_path / name).read_text()))


def test_close_kills_a_running_command(tmp_path: Path) -> None:
    action = command("bash", "-c", STUBBORN.format(folder=tmp_path))
    timer = threading.Timer(0.5, action.close)
    timer.start()
    began = time.monotonic()
    with pytest.raises(CommandFailed, match="SIGKILL"):
        action.run(unlock_event(), deadline_in(20.0))
    timer.join()
    assert time.monotonic() - began < 5.0
    gone(int((tmp_path / "child").read_text()))
    with pytest.raises(ActionCancelled):
        action.run(unlock_event(), deadline_in())


def gone(process: int) -> None:
    """Wait until a process has ended, even if its parent has not reaped it."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return
        if state == "Z":
            return
        time.sleep(0.02)  # another process: there is no event to wait for
    raise AssertionError(f"process {process} is still running")
    pytest.fail(f"process {process} is still there")
