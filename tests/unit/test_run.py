"""`./run`, where it must give up before it changes anything; and the versions that it installs."""

import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
NEEDED = ("bash", "cat", "dirname", "env", "mktemp", "python3", "rm")
APT_GET = 'echo "apt-get $*" >> "{log}"; echo broken; exit 100'


class Machine:
    """A machine with Python, of which `run` sees no more than is put on it."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory / "bin"
        self._directory.mkdir()
        self.log = directory / "log"
        for name in NEEDED:
            program = shutil.which(name)
            assert program is not None, name
            (self._directory / name).symlink_to(program)
        self.put("ldconfig", "exit 0")
        self.put("sleep", "exit 0")

    def put(self, name: str, script: str) -> None:
        """Put a program on it."""
        path = self._directory / name
        path.write_text(f"#!/bin/sh\n{script.format(log=self.log)}\n")
        path.chmod(0o755)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Call `./run`."""
        return subprocess.run(
            [ROOT / "run", *arguments],
            env={"PATH": str(self._directory), "LANG": "C.UTF-8", "CI": "true"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.mark.parametrize(("arguments", "exit_code"), [([], 0), (["help"], 0), (["--help"], 0), (["dmeo"], 2)])
def test_usage(machine: Machine, arguments: list[str], exit_code: int) -> None:
    run = machine.run(*arguments)

    assert run.returncode == exit_code
    assert "./run demo" in run.stdout
    assert "./run test" in run.stdout


def test_without_apt_the_packages_are_named(machine: Machine) -> None:
    run = machine.run("demo")

    assert run.returncode == 1
    assert "apt-get is missing" in run.stderr
    assert "libegl1" in run.stderr
    assert "xvfb" not in run.stderr


def test_without_root_the_command_is_named(machine: Machine) -> None:
    machine.put("apt-get", APT_GET)
    machine.put("id", "echo 1000")

    run = machine.run("test")

    assert run.returncode == 1
    assert "this needs root or sudo" in run.stderr
    assert "apt-get install --no-install-recommends libgl1 " in run.stderr
    assert "xvfb" in run.stderr
    assert not machine.log.exists()


@pytest.mark.parametrize("user", ["0", "1000"])
def test_error_of_apt_is_shown(machine: Machine, user: str) -> None:
    machine.put("apt-get", APT_GET)
    machine.put("id", f"echo {user}")
    machine.put("sudo", 'shift; [ "$1" = true ] || exec "$@"')

    run = machine.run("demo")

    assert run.returncode == 1
    assert "apt could not install them" in run.stderr
    assert "broken" in run.stderr
    calls = machine.log.read_text().splitlines()
    assert [call.split()[2] for call in calls[:2]] == ["update", "update"]
    assert "--yes" in calls[2]
    assert "libegl1" in calls[2]


def test_every_requirement_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    covered = ("dev", "models", "serial", "gpio")
    lines = [*project["dependencies"], *(line for extra in covered for line in extras[extra])]
    requirements = [Requirement(line) for line in lines]
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    exact = {canonicalize_name(name): version for name, _, version in (line.partition("==") for line in lines)}

    assert all(exact.values())
    for requirement in requirements:
        if requirement.marker is None or requirement.marker.evaluate({"sys_platform": "linux"}):
            assert requirement.specifier.contains(exact[canonicalize_name(requirement.name)]), str(requirement)
