"""The example for PAM, exercised by a real PAM stack with pamtester."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.e2e import films

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "packaging" / "linux" / "pam" / "facelatch-pam"

pytestmark = [pytest.mark.eval, pytest.mark.slow]


@pytest.fixture
def service(tmp_path: Path) -> Iterator[str]:
    """A PAM service of our own, whose only way in is the script; it sees what a login would give it."""
    name = f"facelatch-test-{uuid4().hex[:8]}"
    command = tmp_path / "facelatch"
    kept = {key: value for key, value in os.environ.items() if key.startswith("FACELATCH_")}
    settings = " ".join(f"{key}='{value}'" for key, value in kept.items())
    command.write_text(f'#!/bin/sh\ncd "{ROOT}"\n{settings} exec "{sys.executable}" -m app "$@"\n')
    command.chmod(0o755)
    wrapper = tmp_path / "in-pam"
    film = tmp_path / "camera.mp4"
    wrapper.write_text(
        f"#!/bin/sh\nFACELATCH='{command}' FACELATCH_PAM_CAMERA='{film}' FACELATCH_LIVENESS__POLICY=off "
        f"exec '{SCRIPT}'\n"
    )
    wrapper.chmod(0o755)
    file = Path("/etc/pam.d") / name
    file.write_text(f"auth required pam_exec.so quiet {wrapper}\naccount required pam_permit.so\n")
    yield name
    file.unlink()


def authenticate(service: str, user: str) -> "subprocess.CompletedProcess[str]":
    tester = shutil.which("pamtester")
    assert tester, "pamtester is missing: ./run test installs it"
    command = [tester, service, user, "authenticate"]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, stdin=subprocess.DEVNULL)


@pytest.mark.skipif(os.geteuid() != 0, reason="a service in /etc/pam.d needs root")
def test_a_face_logs_in_and_another_does_not(service: str, eval_dir: Path, tmp_path: Path) -> None:
    clips = eval_dir / "video"
    enrolling = films.write(tmp_path / "enrol.mp4", films.clip(clips / "liveportrait_d9.mp4", 4))
    enrol = [sys.executable, "-m", "app", "enroll", "root", "--camera", str(enrolling), "--consent"]
    subprocess.run(enrol, cwd=ROOT, check=True, capture_output=True, timeout=90)
    films.write(tmp_path / "camera.mp4", films.clip(clips / "liveportrait_d9.mp4", 4, 4))
    accepted = authenticate(service, "root")
    assert accepted.returncode == 0, accepted.stderr
    assert "successfully authenticated" in accepted.stdout + accepted.stderr
    films.write(tmp_path / "camera.mp4", films.clip(clips / "liveportrait_d14.mp4", 6))
    refused = authenticate(service, "root")
    assert refused.returncode != 0
    assert "successfully" not in refused.stdout + refused.stderr
    unknown = authenticate(service, "nobody")
    assert unknown.returncode != 0
