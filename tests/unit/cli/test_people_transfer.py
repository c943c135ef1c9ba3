import io
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Command


def say(monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{words}\n"))


def test_bundle_round_trip(command: Command, hopper: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle = tmp_path / "people.flbundle"
    command("enroll", "Grace", "--images", hopper, "--consent", "--group", "Navy", "--json")
    for chosen in ((), ("--person", "grace"), ("--group", "Navy")):
        say(monkeypatch, "correct horse")
        answer = command("people", "export", bundle, *chosen, "--json")
        assert answer.json == {"file": str(bundle), "people": 1}
    monkeypatch.setenv("FACELATCH_DATA_DIR", str(tmp_path / "elsewhere"))
    say(monkeypatch, "correct horse")
    answer = command("people", "import-bundle", bundle, "--dry-run", "--json").json
    assert (answer["counts"]["added"], answer["dry_run"]) == (1, True)
    assert command("people", "list", "--json").json == {"people": []}
    say(monkeypatch, "correct horse")
    assert "1 added" in command("people", "import-bundle", bundle).out
    assert command("verify", "Grace", hopper).code == 0
    say(monkeypatch, "wrong horse")
    outcome = command("people", "import-bundle", bundle, "--json")
    assert (outcome.code, outcome.json["error"]["kind"]) == (3, "WrongPassphrase")


def test_foreign_file_is_rejected_before_the_passphrase_prompt(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "picture.jpg"
    file.write_bytes(b"\xff\xd8 not a bundle")
    outcome = command("people", "import-bundle", file, "--json")
    assert (outcome.code, outcome.json["error"]["kind"]) == (3, "BundleForeign")
