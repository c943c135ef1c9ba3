"""The PAM example, run by a real PAM stack with pamtester."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e import videos

ROOT = Path(__file__).parents[2]
SERVICE = "facelatch-test"
SCRIPT = ROOT / "packaging" / "linux" / "pam" / "facelatch-pam"

pytestmark = [pytest.mark.eval, pytest.mark.slow]


@pytest.fixture
def services(tmp_path: Path) -> Path:
    """Directory of PAM services with one that only uses the script."""
    command, wrapper, folder = tmp_path / "command", tmp_path / "in-pam", tmp_path / "pam.d"
    folder.mkdir()
    kept = {key: value for key, value in os.environ.items() if key.startswith("FACELATCH_")}
    settings = " ".join(f"{key}='{value}'" for key, value in kept.items())
    script(command, f'cd "{ROOT}"\n{settings} exec "{sys.executable}" -m app "$@"')
    film, off = tmp_path / "camera.mp4", "FACELATCH_LIVENESS__POLICY=off"
    script(wrapper, f"export FACELATCH='{command}' FACELATCH_PAM_CAMERA='{film}' {off}\nexec '{SCRIPT}'")
    (folder / SERVICE).write_text(f"auth required pam_exec.so quiet {wrapper}\naccount required pam_permit.so\n")
    return folder


def script(path: Path, lines: str) -> None:
    path.write_text(f"#!/bin/sh\n{lines}\n")
    path.chmod(0o755)


def authenticate(services: Path, user: str) -> "subprocess.CompletedProcess[str]":
    """Authenticate as a login program does, with another directory of services (pam_wrapper)."""
    tester = shutil.which("pamtester")
    assert tester, "pamtester is missing: ./run test installs it"
    wrapped = {"LD_PRELOAD": "libpam_wrapper.so", "PAM_WRAPPER": "1", "PAM_WRAPPER_SERVICE_DIR": str(services)}
    return subprocess.run(
        [tester, SERVICE, user, "authenticate"],
        env={**os.environ, **wrapped},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def test_enrolled_face_logs_in_and_another_does_not(services: Path, eval_dir: Path, tmp_path: Path) -> None:
    clips = eval_dir / "video"
    enrolling = videos.write(tmp_path / "enrol.mp4", videos.clip(clips / "liveportrait_d9.mp4", 4))
    enrol = [sys.executable, "-m", "app", "enroll", "root", "--video", str(enrolling)]
    enrolled = subprocess.run(
        [*enrol, "--quick", "--consent"], cwd=ROOT, check=False, capture_output=True, text=True, timeout=90
    )
    assert enrolled.returncode == 0, enrolled.stderr
    videos.write(tmp_path / "camera.mp4", videos.clip(clips / "liveportrait_d9.mp4", 4, 4))
    accepted = authenticate(services, "root")
    assert accepted.returncode == 0, accepted.stderr
    assert "successfully authenticated" in accepted.stdout + accepted.stderr
    videos.write(tmp_path / "camera.mp4", videos.clip(clips / "liveportrait_d14.mp4", 6))
    refused = authenticate(services, "root")
    assert refused.returncode != 0
    assert "successfully" not in refused.stdout + refused.stderr
    unknown = authenticate(services, "nobody")
    assert unknown.returncode != 0
