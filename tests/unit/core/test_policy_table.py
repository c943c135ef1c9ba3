from pathlib import Path

import pytest

from app.core.errors import SecretMissing
from app.core.policy_table import SecretSource


def test_a_secret_from_a_file_is_stripped(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("  a shared secret \n", "utf-8")
    assert SecretSource(file=file).read() == "a shared secret"


def test_a_secret_is_read_from_the_current_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    source = SecretSource(env="DOOR_KEY")
    monkeypatch.setenv("DOOR_KEY", "first")
    assert source.read() == "first"
    monkeypatch.setenv("DOOR_KEY", "second")
    assert source.read() == "second"


def test_a_missing_secret_names_its_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOOR_KEY", raising=False)
    with pytest.raises(SecretMissing, match=r"at \$DOOR_KEY cannot be used: empty"):
        SecretSource(env="DOOR_KEY").read()
    with pytest.raises(SecretMissing, match="key cannot be used: No such file"):
        SecretSource(file=tmp_path / "key").read()
    with pytest.raises(SecretMissing, match="Is a directory"):
        SecretSource(file=tmp_path).read()


def test_a_binary_file_is_not_a_secret(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SecretMissing, match="not a text"):
        SecretSource(file=file).read()


def test_the_error_for_a_short_secret_does_not_show_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOOR_KEY", "hunter2")
    with pytest.raises(SecretMissing, match="shorter than 16 characters") as caught:
        SecretSource(env="DOOR_KEY").read(min_length=16)
    assert "hunter2" not in repr(caught.value) + caught.value.message
