"""Proof of `docs/decisions/0004-no-network-traffic.md`: neither the program nor its libraries contact the network.

Vendors' libraries have called home a few seconds after import, after a minute, and at the end: so the runs are longer
than that, and end as a user would end them. They go side by side: the whole module takes as long as the longest.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.e2e.network_watch import Watched, departures, strace_refusal

pytestmark = [
    pytest.mark.network,
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="strace is Linux's own"),
]

LONG_S = 75
FRAMES_A_SECOND = 30
PATIENCE_S = 400
SWITCHES = {"ORT_DISABLE_TELEMETRY", "OPENVINO_TELEMETRY_OPT_OUT"}
# With one of these variables, ONNX Runtime assumes a build machine and disables telemetry.
SIGNS_OF_A_BUILD_MACHINE = {
    "APPVEYOR",
    "BITBUCKET_BUILD_NUMBER",
    "BUILDKITE",
    "CI",
    "CIRCLECI",
    "CODEBUILD_BUILD_ID",
    "GITHUB_ACTIONS",
    "GITLAB_CI",
    "JENKINS_URL",
    "ORT_RUNNING_UNIT_TESTS",
    "TEAMCITY_VERSION",
    "TF_BUILD",
    "TRAVIS",
}

PYTHON = (sys.executable, "-c")
LOOK_UP = 'import socket; socket.getaddrinfo("example.invalid", 443)'
SEND = 'import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(("192.0.2.1", 53))'
SEND_6 = 'import socket; socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).sendmsg([b"a"], [], 0, ("2001:db8::1", 9))'
BY_A_CHILD = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {SEND!r}])"
BY_A_THREAD = (
    f"import threading; thread = threading.Thread(target=lambda: exec({SEND!r})); thread.start(); thread.join()"
)
STAY = """
import socket
server = socket.create_server(("127.0.0.1", 0))
socket.create_connection(server.getsockname()).close()
"""
ENGINE_ALONE = "import time, onnxruntime; time.sleep(15)"

DEMO = (sys.executable, "-m", "app", "demo")
FRAMES = (LONG_S + 5) * FRAMES_A_SECOND
CLOSED_AT_LAST = ("timeout", "--preserve-status", f"{LONG_S + 8}s")

COMMANDS = {
    "demo": (*DEMO, "--headless", "--frames", str(FRAMES), "--json"),
    "window": (*CLOSED_AT_LAST, *DEMO),
    "stay": (*PYTHON, STAY),
}
COMMANDS_OFFLINE = {
    "look up": (*PYTHON, LOOK_UP),
    "send": (*PYTHON, SEND),
    "send 6": (*PYTHON, SEND_6),
    "by a child": (*PYTHON, BY_A_CHILD),
    "by a thread": (*PYTHON, BY_A_THREAD),
    "engine alone": (*PYTHON, ENGINE_ALONE),
}


def _environment(directory: str) -> dict[str, str]:
    """Environment of a user: without the variables that the program must set itself, with temporary directories."""
    kept = {name: value for name, value in os.environ.items() if name not in SWITCHES | SIGNS_OF_A_BUILD_MACHINE}
    own = {f"FACELATCH_{kind}_DIR": directory for kind in ("DATA", "CONFIG", "LOG", "CACHE")}
    return kept | own | {"QT_QPA_PLATFORM": "offscreen"}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Watched]]:
    refusal = strace_refusal()
    if refusal is not None:
        pytest.fail(f"It cannot be proved that nothing leaves the machine: {refusal}")
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(
                Watched(
                    command,
                    tmp_path_factory.mktemp("watched"),
                    _environment(str(tmp_path_factory.mktemp("user"))),
                    is_offline=name in COMMANDS_OFFLINE,
                )
            )
            for name, command in (COMMANDS | COMMANDS_OFFLINE).items()
        }


def test_demo_makes_no_network_traffic(runs: dict[str, Watched]) -> None:
    evidence = runs["demo"].finish(PATIENCE_S)

    assert evidence.exit_code == 0, evidence.errors
    assert json.loads(evidence.output)["frames"] == FRAMES
    assert evidence.seconds > LONG_S
    assert evidence.departures == ()


def test_window_makes_no_network_traffic(runs: dict[str, Watched]) -> None:
    evidence = runs["window"].finish(PATIENCE_S)

    assert evidence.exit_code == 0, evidence.errors
    assert evidence.seconds > LONG_S
    assert evidence.departures == ()


def test_local_traffic_is_ignored(runs: dict[str, Watched]) -> None:
    evidence = runs["stay"].finish(PATIENCE_S)

    assert evidence.exit_code == 0, evidence.errors
    assert evidence.departures == ()


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("look up", "htons(53)"),
        ("send", "192.0.2.1"),
        ("send 6", "2001:db8::1"),
        ("by a child", "192.0.2.1"),
        ("by a thread", "192.0.2.1"),
    ],
)
def test_failed_connections_are_detected(runs: dict[str, Watched], name: str, address: str) -> None:
    evidence = runs[name].finish(PATIENCE_S)

    assert evidence.departures
    assert address in evidence.departures[0]


def test_onnxruntime_without_its_switch_makes_traffic(runs: dict[str, Watched]) -> None:
    evidence = runs["engine alone"].finish(PATIENCE_S)

    assert evidence.exit_code == 0, evidence.errors
    assert evidence.departures, "the switch may be needless by now: see docs/decisions/0004-no-network-traffic.md"


@pytest.mark.parametrize(
    "call",
    [
        'connect(3, {sa_family=AF_UNIX, sun_path=@"/tmp/.X11-unix/X0"}, 20) = 0',
        'connect(3, {sa_family=AF_UNIX, sun_path="/run/user/1000/bus"}, 110) = 0',
        'connect(3, {sa_family=AF_UNIX, sun_path="/var/run/nscd/socket"}, 110) = -1 ENOENT (No such file or directory)',
        'connect(3, {sa_family=AF_INET, sin_port=htons(8554), sin_addr=inet_addr("127.0.0.1")}, 16) = 0',
        'connect(3, {sa_family=AF_INET6, sin6_port=htons(80), inet_pton(AF_INET6, "::ffff:127.0.0.1", &…)}, 28) = 0',
        'sendto(3, ""..., 20, 0, {sa_family=AF_NETLINK, nl_pid=0, nl_groups=00000000}, 12) = 20',
        "sendmsg(3, {msg_name=NULL, msg_namelen=0, msg_iov=[...], msg_iovlen=1, msg_controllen=0, msg_flags=0}, 0) = 9",
        'execve("/usr/bin/true", [...], 0x7ffd) = 0',
    ],
)
def test_local_calls(call: str) -> None:
    assert departures(call) == ()


@pytest.mark.parametrize(
    "call",
    [
        'connect(3, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("192.0.2.1")}, 16) = -1 ENETUNREACH',
        'connect(3, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("127.0.0.53")}, 16) = 0',
        'connect(3, {sa_family=AF_INET6, sin6_port=htons(80), inet_pton(AF_INET6, "2001:db8::1", &sin6_addr)}, 28) = 0',
        'connect(3, {sa_family=AF_UNIX, sun_path="/var/run/nscd/socket"}, 110) = 0',
        'connect(3, {sa_family=AF_UNIX, sun_path="/run/systemd/resolve/io.systemd.Resolve"}, 42) = 0',
        'sendmmsg(3, [{msg_hdr={msg_name={sa_family=AF_INET, sin_port=htons(9), sin_addr=inet_addr("192.0.2.1")}}}]',
        'sendto(3, ""..., 9, 0, {sa_family=AF_PACKET, sll_protocol=htons(ETH_P_ALL), sll_ifindex=2}, 20) = 9',
        'connect(3, {sa_family=AF_INET, sa_data="…"}, 16) = 0',
    ],
)
def test_remote_calls(call: str) -> None:
    assert departures(call) == (call,)
