"""Keeps native libraries off the terminal."""

import logging
import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager

log = logging.getLogger(__name__)
_one_at_a_time = threading.Lock()


@contextmanager
def native_stderr_to_log() -> Iterator[None]:
    """Send what C and C++ code writes to standard error to our log, at DEBUG.

    MediaPipe's graphs print warnings while they start, before their logging is initialised, and no switch stops them.
    The descriptor is the process's, so keep the block short.
    """
    with _one_at_a_time, tempfile.TemporaryFile() as caught:
        sys.stderr.flush()
        kept = os.dup(2)
        os.dup2(caught.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            caught.seek(0)
            for line in caught.read().decode(errors="replace").splitlines():
                log.debug("native: %s", line)
