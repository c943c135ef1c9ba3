"""A real X server without a screen, for tests of the real window."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def x_server(size: str = "1400x900x24") -> Iterator[dict[str, str]]:
    """Run Xvfb on a free display for the length of the block.

    Args:
        size: Of its screen, with the depth.

    Yields:
        The environment in which programs find it.
    """
    program = shutil.which("Xvfb")
    assert program, "Xvfb is missing: ./run test installs it"
    reading, writing = os.pipe()
    command = [program, "-displayfd", str(writing), "-screen", "0", size, "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL) as server:
        os.close(writing)
        try:
            with os.fdopen(reading) as answer:
                number = answer.readline().strip()
            assert number, "Xvfb did not start"
            environment = {k: v for k, v in os.environ.items() if k not in {"QT_QPA_PLATFORM", "WAYLAND_DISPLAY"}}
            yield environment | {"DISPLAY": f":{number}"}
        finally:
            server.terminate()
