"""First tuning of the inference engines, in a background process of low priority."""

import logging
import os
import subprocess
import threading
from collections.abc import Callable, Sequence

from app.core.closeable import Closeable
from app.core.process import program_command

log = logging.getLogger(__name__)

_CLOSE_WAIT_S = 1.0
_POLL_S = 0.1
_TIMEOUT_S = 300.0
_NICENESS = 15
"""Niceness of the process, of 0 to 19."""

COMMAND = (*program_command(), "models", "tune", "--quick", "--json")


class BackgroundTuning(Closeable):
    """Runs a short tuning once, some seconds after the start of the program.

    A separate process does it (`docs/decisions/0038-engine-tuning-process.md`): its memory is freed completely,
    it yields the processor to the live view, and a crash of an execution provider does not end the window.

    Args:
        is_needed: Returns whether no tuning has been done yet.
        command: Command line that tunes.
        after_s: Delay after the start of the program, in seconds.
    """

    def __init__(self, is_needed: Callable[[], bool], command: Sequence[str] = COMMAND, after_s: float = 5.0) -> None:
        self._is_needed = is_needed
        self._command = command
        self._after_s = after_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="tuning", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the tuning; if it is unfinished, the next start of the program repeats it."""
        self._stop.set()
        self._thread.join(_CLOSE_WAIT_S)

    def _run(self) -> None:
        if self._stop.wait(self._after_s) or not self._is_needed():
            return
        try:
            process = subprocess.Popen(  # noqa: S603 - ourselves
                self._command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        except OSError as error:
            log.warning("the engines could not be tuned: %s", error)
            return
        with process:
            _lower_priority(process.pid)
            self._watch(process)

    def _watch(self, process: "subprocess.Popen[bytes]") -> None:
        left_s = _TIMEOUT_S
        while process.poll() is None and left_s > 0 and not self._stop.wait(_POLL_S):
            left_s -= _POLL_S
        if process.poll() is None:
            log.info("the engines were not tuned: %s", "it took too long" if left_s <= 0 else "the program ended")
            process.kill()
        elif process.returncode:
            log.warning("the engines could not be tuned: exit code %d", process.returncode)


def _lower_priority(pid: int) -> None:
    if hasattr(os, "setpriority"):
        os.setpriority(os.PRIO_PROCESS, pid, _NICENESS)
