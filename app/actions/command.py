"""Action that runs a program."""

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress

from app.actions.config import CommandConfig
from app.actions.port import ActionOutcome
from app.core.errors import ActionCancelled, ActionTimedOut, CommandFailed
from app.core.unlock import Deadline, UnlockEvent

_PASSED_VARIABLES = (
    *("PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT"),
    *("LC_ALL", "LC_CTYPE", "LC_MESSAGES", "LC_TIME"),
    *("DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_RUNTIME_DIR", "XDG_SESSION_ID", "DBUS_SESSION_BUS_ADDRESS"),
)
"""Environment variables that programs need. The others are not passed: they may hold secrets of other actions."""

_GRACE_S = 0.3
"""Time between SIGTERM and SIGKILL."""


class CommandAction:
    """Runs a program with its arguments, without a shell; environment variables describe the event.

    The program gets its own process group, all of which is ended at the deadline. Its standard error is that of the
    kiosk (with systemd: the journal).

    Args:
        config: Table of the policy.
    """

    def __init__(self, config: CommandConfig) -> None:
        self.name = config.name
        self._config = config
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False

    def start(self, deadline: Deadline) -> None:
        """Do nothing."""

    def run(self, event: UnlockEvent, deadline: Deadline) -> ActionOutcome:
        """Run the program and wait for its end; see `Action.run`.

        Raises:
            ActionCancelled: The action was closed.
            CommandFailed: The program cannot be started, or its exit code is not 0.
            ActionTimedOut: The program did not end in time; its process group was killed.
        """
        process = self._start_process(event)
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
            reason = f"exit code {code}" if code > 0 else f"killed by {signal.Signals(-code).name}"
            raise CommandFailed(command=self._config.command[0], reason=reason)
        return ActionOutcome("exit code 0")

    def close(self) -> None:
        """Kill the program if it is running."""
        with self._lock:
            self._closed = True
            process = self._process
        if process is not None:
            _signal_group(process, hard=True)

    def _start_process(self, event: UnlockEvent) -> "subprocess.Popen[bytes]":
        with self._lock:
            if self._closed:
                raise ActionCancelled(action=self.name)
            try:
                self._process = subprocess.Popen(  # noqa: S603 - the command of the policy
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
        passed = {name: os.environ[name] for name in (*_PASSED_VARIABLES, *self._config.pass_env) if name in os.environ}
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
    """Terminate the process group, then kill what is left of it."""
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
