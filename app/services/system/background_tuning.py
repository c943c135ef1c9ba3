"""The first measuring of the engines, out of the way of whoever uses the program."""

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
_PATIENCE_S = 300.0
_GENTLY = 15
"""Of the 19 steps by which a process may let others go first."""

COMMAND = (*program_command(), "models", "tune", "--quick", "--json")


class BackgroundTuning(Closeable):
    """Has the engines measured shortly, once, when the program has been running for a moment.

    It is done by a process of its own (`docs/decisions/0038-engine-tuning-process.md`): what it takes is given
    back as a whole, it lets the picture go first, and a provider that crashes takes no window along.

    Args:
        is_needed: Whether it has not been done yet.
        command: What measures.
        after_s: How long to let the program start first, in seconds.
    """

    def __init__(self, is_needed: Callable[[], bool], command: Sequence[str] = COMMAND, after_s: float = 5.0) -> None:
        self._is_needed = is_needed
        self._command = command
        self._after_s = after_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="tuning", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End it, done or not; where it is not, the next start of the program begins anew."""
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
            log.warning("the engines could not be measured: %s", error)
            return
        with process:
            _let_others_go_first(process.pid)
            self._watch(process)

    def _watch(self, process: "subprocess.Popen[bytes]") -> None:
        patience_s = _PATIENCE_S
        while process.poll() is None and patience_s > 0 and not self._stop.wait(_POLL_S):
            patience_s -= _POLL_S
        if process.poll() is None:
            log.info(
                "the engines were not measured: %s", "it took too long" if patience_s <= 0 else "the program ended"
            )
            process.kill()
        elif process.returncode:
            log.warning("the engines could not be measured: exit code %d", process.returncode)


def _let_others_go_first(pid: int) -> None:
    if hasattr(os, "setpriority"):
        os.setpriority(os.PRIO_PROCESS, pid, _GENTLY)
