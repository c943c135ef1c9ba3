"""The action that runs a program."""

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress

from app.actions.config import CommandConfig
from app.actions.port import ActionOutcome, ActionTools
from app.core.errors import ActionCancelled, ActionTimedOut, CommandFailed
from app.core.unlock import Deadline, UnlockEvent

_PASSED = (
    *("PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT"),
    *("LC_ALL", "LC_CTYPE", "LC_MESSAGES", "LC_TIME"),
    *("DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_RUNTIME_DIR", "XDG_SESSION_ID", "DBUS_SESSION_BUS_ADDRESS"),
)
"""What a program needs to work at all. Not all there is: secrets of other actions may be among it."""

_GRACE_S = 0.3


class CommandAction:
    """Runs a program with its arguments, without a shell; the event is in its environment.

    It has a process group of its own. When the time is over, the whole group is ended. Its standard error is that of
    the kiosk (under systemd: the journal).

    Args:
        config: Its table of the policy.
        tools: Not needed here.
    """

    def __init__(self, config: CommandConfig, tools: ActionTools) -> None:  # noqa: ARG002 - as every action is made
        self.name = config.name
        self._config = config
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False

    def start(self, deadline: Deadline) -> None:
        """Nothing to do."""

    def run(self, event: UnlockEvent, deadline: Deadline) -> ActionOutcome:
        """Run it and wait for its end.

        Raises:
            ActionCancelled: It has been closed.
            CommandFailed: It cannot be started, or ended with another exit code than 0.
            ActionTimedOut: It did not end in time; nothing of it is left.
        """
        process = self._begin(event)
        try:
            code = process.wait(deadline.remaining_s)
        except subprocess.TimeoutExpired:
            raise ActionTimedOut(action=self.name, limit=self._config.timeout_s) from None
        finally:
            with self._lock:
                self._process = None
            if process.returncode is None:
                _end_group(process)
        if code != 0:
            reason = f"exit code {code}" if code > 0 else f"ended by {signal.Signals(-code).name}"
            raise CommandFailed(command=self._config.command[0], reason=reason)
        return ActionOutcome("exit code 0")

    def close(self) -> None:
        """End it where it is still running."""
        with self._lock:
            self._closed = True
            process = self._process
        if process is not None:
            _signal_group(process, hard=True)

    def _begin(self, event: UnlockEvent) -> "subprocess.Popen[bytes]":
        with self._lock:
            if self._closed:
                raise ActionCancelled(action=self.name)
            try:
                self._process = subprocess.Popen(  # noqa: S603 - what the policy says, word by word
                    self._config.command,
                    env=self._environment(event),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    start_new_session=True,
                )
            except (OSError, ValueError) as error:
                reason = getattr(error, "strerror", None) or str(error)
                raise CommandFailed(command=self._config.command[0], reason=reason) from error
            return self._process

    def _environment(self, event: UnlockEvent) -> dict[str, str]:
        passed = {name: os.environ[name] for name in (*_PASSED, *self._config.pass_env) if name in os.environ}
        return passed | {
            "FACELATCH_EVENT_ID": event.id,
            "FACELATCH_EVENT_TIME": event.at.isoformat(timespec="milliseconds"),
            "FACELATCH_KIOSK": event.kiosk,
            "FACELATCH_PERSON_ID": event.person_id,
            "FACELATCH_PERSON_NAME": event.person_name,
            "FACELATCH_FACTORS": ",".join(event.factors),
            "FACELATCH_SIMILARITY": "" if event.similarity is None else f"{event.similarity:.4f}",
            "FACELATCH_TEST": "1" if event.test else "0",
        }


def _end_group(process: "subprocess.Popen[bytes]") -> None:
    """Ask the program and all it started to end, then make them."""
    _signal_group(process, hard=False)
    with suppress(subprocess.TimeoutExpired):
        process.wait(_GRACE_S)
    _signal_group(process, hard=True)
    process.wait()


def _signal_group(process: "subprocess.Popen[bytes]", *, hard: bool) -> None:
    if sys.platform == "win32":
        process.kill()
        return
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL if hard else signal.SIGTERM)
