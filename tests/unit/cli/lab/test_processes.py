"""Training in separate processes: two that share the work, and one that is killed."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import tomli_w
import torch

from tests.unit.cli.lab.conftest import RECIPE
from tests.unit.cli.synthetic_people import write_people


@pytest.fixture
def arguments(tmp_path: Path) -> list[str]:
    write_people(tmp_path / "people", people=4)
    (tmp_path / "recipe.toml").write_text(tomli_w.dumps(RECIPE | {"batch": 8}))
    paths = ["--images", str(tmp_path / "people"), "--recipe", str(tmp_path / "recipe.toml")]
    return ["-m", "app", "lab", "train", *paths, "--threads", "1", "--save-every", "5", "--json"]


def _environment() -> dict[str, str]:
    return os.environ | {"OMP_NUM_THREADS": "1"}


def _losses(run: Path) -> list[float]:
    losses: list[float] = torch.load(run / "checkpoint.pt", weights_only=True)["losses"]
    return losses


@pytest.mark.slow
def test_two_processes_share_the_work(arguments: list[str], tmp_path: Path) -> None:
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2"]
    command = [*torchrun, *arguments, "--output", str(tmp_path / "two"), "--steps", "3"]
    done = subprocess.run(command, env=_environment(), capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["steps"] == 3
    assert len(_losses(tmp_path / "two")) == 3


@pytest.mark.soak
def test_a_killed_run_resumes_with_the_same_losses(arguments: list[str], tmp_path: Path) -> None:
    whole = [sys.executable, *arguments, "--output", str(tmp_path / "whole"), "--steps", "40"]
    subprocess.run(whole, env=_environment(), check=True, stdout=subprocess.DEVNULL, timeout=300)
    command = [sys.executable, *arguments, "--output", str(tmp_path / "cut"), "--steps", "40"]
    killed = subprocess.Popen(command, env=_environment(), stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 240
    while not (tmp_path / "cut" / "checkpoint.pt").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    killed.send_signal(signal.SIGKILL)
    assert killed.wait() == -signal.SIGKILL
    assert 5 <= len(_losses(tmp_path / "cut")) < 40
    subprocess.run(command, env=_environment(), check=True, stdout=subprocess.DEVNULL, timeout=300)
    assert _losses(tmp_path / "cut") == _losses(tmp_path / "whole")
