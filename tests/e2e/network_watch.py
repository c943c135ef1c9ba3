"""Watches a process and its children with strace for attempts to reach other machines."""

import contextlib
import ipaddress
import os
import re
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

# Only these calls are traced (--seccomp-bpf, which needs -f).
_QUICKLY = ("-f", "--seccomp-bpf", "-q", "-e", "trace=execve,connect,sendto,sendmsg,sendmmsg")
# One file per thread (-ff), so that lines are not interleaved; without contents of messages (-s 0).
_STRACE = ("strace", *_QUICKLY, "-ff", "-ttt", "-s", "0", "-e", "signal=none")
# Calls fail before the kernel executes them, as on a machine without a network.
_FAILING = ("-e", "inject=connect,sendto,sendmsg,sendmmsg:error=ENETUNREACH")
_ADDRESS = re.compile(r"\{sa_family=(\w+)([^}]*)\}")
_PORT = re.compile(r"sin6?_port=htons\((\d+)\)")
_HOST = re.compile(r'(?:inet_addr\(|inet_pton\(AF_INET6, )"([^"]+)"')
_STAMP = re.compile(r"^(\d+\.\d+) ", re.MULTILINE)
_HARMLESS_FAMILIES = {"AF_UNSPEC", "AF_NETLINK"}
_RESOLVERS = ("/run/systemd/resolve/", "/run/avahi-daemon/")
_NAME_CACHE = "/run/nscd/"
_DNS = 53


@dataclass(frozen=True, slots=True)
class Evidence:
    """The trace of a process that has ended.

    Attributes:
        exit_code: Of the process.
        output: Its standard output.
        errors: Its standard error.
        seconds: From its first system call watched to the end of the last process.
        departures: The system calls that would have left the machine, as `strace` writes them.
    """

    exit_code: int
    output: str
    errors: str
    seconds: float
    departures: tuple[str, ...]


class Watched:
    """A process under `strace`, which ends with the block.

    Args:
        command: What to run.
        directory: An empty one, for the traces and what the process says.
        environment: Of the process.
        is_offline: Whether every connection fails before it leaves the process.
    """

    def __init__(
        self, command: Sequence[str], directory: Path, environment: Mapping[str, str], *, is_offline: bool
    ) -> None:
        self._directory = directory
        self._output, self._errors = directory / "output", directory / "errors"
        with self._output.open("wb") as output, self._errors.open("wb") as errors:
            self._process = subprocess.Popen(
                [*_STRACE, *(_FAILING if is_offline else ()), "-o", str(directory / "trace"), *command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
                env=environment,
                start_new_session=True,
            )

    def finish(self, patience_s: float) -> Evidence:
        """Wait for the end of the process.

        Raises:
            subprocess.TimeoutExpired: It did not end by itself.
        """
        exit_code = self._process.wait(patience_s)
        trace = "".join(path.read_text() for path in sorted(self._directory.glob("trace.*")))
        stamps = [float(stamp) for stamp in _STAMP.findall(trace)]
        seconds = max(stamps) - min(stamps)
        return Evidence(exit_code, self._output.read_text(), self._errors.read_text(), seconds, departures(trace))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            # strace alone would not end the traced process.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


def departures(trace: str) -> tuple[str, ...]:
    """Return the lines of a trace that contact other machines, or resolve a name by another process."""
    return tuple(line for line in trace.splitlines() if _leaves(line))


def _leaves(line: str) -> bool:
    succeeded = line.endswith(" = 0")
    return any(_is_beyond(family, rest, succeeded=succeeded) for family, rest in _ADDRESS.findall(line))


def _is_beyond(family: str, address: str, *, succeeded: bool) -> bool:
    if family in _HARMLESS_FAMILIES:
        return False
    if family == "AF_UNIX":
        return _asks_for_a_name(address, succeeded=succeeded)
    port, host = _PORT.search(address), _HOST.search(address)
    if port is None or host is None:
        return True
    return int(port[1]) == _DNS or not _is_this_machine(host[1])


def _asks_for_a_name(address: str, *, succeeded: bool) -> bool:
    # The C library also asks the name cache for user names; without a cache, it resolves names at port 53 itself.
    return any(resolver in address for resolver in _RESOLVERS) or (_NAME_CACHE in address and succeeded)


def _is_this_machine(host: str) -> bool:
    address = ipaddress.ip_address(host)
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def strace_refusal() -> str | None:
    """Return why processes cannot be traced here; empty if they can."""
    try:
        subprocess.run(["strace", *_QUICKLY, "-o", os.devnull, "true"], check=True, capture_output=True, text=True)
    except FileNotFoundError:
        return "strace is not installed"
    except subprocess.CalledProcessError as error:
        return f"strace may not watch processes here (a container needs the capability SYS_PTRACE): {error.stderr}"
    return None
