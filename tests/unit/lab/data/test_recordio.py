import struct
from pathlib import Path

import cv2
import numpy as np
import pytest

from app.lab.data.faces import FaceSet
from app.lab.data.recordio import RecordIOImages, read_recordio
from app.lab.errors import DataUnusable

MAGIC = struct.pack("<I", 0xCED7230A)


def _part(kind: int, data: bytes) -> bytes:
    return MAGIC + struct.pack("<I", kind << 29 | len(data)) + data + b"\0" * (-len(data) % 4)


def _record(data: bytes) -> bytes:
    parts = data.split(MAGIC)
    if len(parts) == 1:
        return _part(0, data)
    kinds = [1, *[2] * (len(parts) - 2), 3]
    return b"".join(_part(kind, part) for kind, part in zip(kinds, parts, strict=True))


def _picture(shade: int, side: int = 32) -> bytes:
    return bytes(cv2.imencode(".png", np.full((side, side, 3), (10, 20, shade), np.uint8))[1])


def _data(labels: list[float], content: bytes) -> bytes:
    if len(labels) == 1:
        return struct.pack("<IfQQ", 0, labels[0], 7, 0) + content
    return struct.pack("<IfQQ", len(labels), 0, 7, 0) + struct.pack(f"<{len(labels)}f", *labels) + content


def _write(folder: Path, records: list[bytes]) -> Path:
    path, lines, blob = folder / "train.rec", [], b""
    for key, record in enumerate(records):
        lines.append(f"{key}\t{len(blob)}\n")
        blob += record
    path.write_bytes(blob)
    path.with_suffix(".idx").write_text("".join(lines))
    return path


def _close(faces: FaceSet) -> None:
    assert isinstance(faces.source, RecordIOImages)
    faces.source.close()


def test_pictures_and_labels_are_read(tmp_path: Path) -> None:
    path = _write(tmp_path, [_record(_data([owner], _picture(shade))) for owner, shade in ((5, 50), (9, 90), (5, 55))])
    faces = read_recordio(path, 32)
    assert faces.identities == ("5", "9")
    assert faces.labels.tolist() == [0, 1, 0]
    # Red is the last channel in OpenCV's order, the first in the result.
    assert faces.source.take(np.array([2, 1]))[:, 0, 0].tolist() == [[55, 20, 10], [90, 20, 10]]
    assert faces.batch(np.array([0])).shape == (1, 3, 32, 32)
    _close(faces)


def test_records_after_the_last_picture_are_ignored(tmp_path: Path) -> None:
    pictures = [_record(_data([owner, 0], _picture(50))) for owner in (0, 1)]
    path = _write(tmp_path, [_record(_data([3, 5], b"")), *pictures, *[_record(_data([1, 2], b""))] * 2])
    faces = read_recordio(path, 32)
    assert len(faces) == 2
    assert faces.places.tolist() == [1, 2]
    _close(faces)


def test_a_record_with_the_magic_number_is_joined(tmp_path: Path) -> None:
    noise = bytes(cv2.imencode(".png", np.random.default_rng(1).integers(0, 255, (32, 32, 3), np.uint8))[1])
    # Bytes after the end of a PNG are ignored.
    path = _write(
        tmp_path, [_record(_data([1], noise + b"12345" + MAGIC + b"67" + MAGIC)), _record(_data([2], _picture(9)))]
    )
    faces = read_recordio(path, 32)
    assert faces.source.take(np.array([0, 1])).shape == (2, 32, 32, 3)
    _close(faces)


@pytest.mark.parametrize(
    ("records", "reason"),
    [
        ([_record(_data([1], _picture(1)))[:-40]], "no whole record"),
        ([b"\0" * 64], "no whole record"),
        ([_part(1, _data([1], _picture(1)))], "ends before"),
        ([_part(0, b"short")], "a record of 5 bytes"),
        ([_part(0, struct.pack("<IfQQ", 90, 0, 0, 0))], "90 labels"),
        ([_record(_data([1], b""))], "no pictures"),
    ],
)
def test_broken_files_are_refused(tmp_path: Path, records: list[bytes], reason: str) -> None:
    with pytest.raises(DataUnusable, match=reason):
        read_recordio(_write(tmp_path, records), 32)


@pytest.mark.parametrize(("content", "reason"), [(b"not a picture at all", "no picture"), (_picture(1, 16), "16 × 16")])
def test_broken_pictures_are_refused_on_access(tmp_path: Path, content: bytes, reason: str) -> None:
    faces = read_recordio(_write(tmp_path, [_record(_data([1], content))]), 32)
    with pytest.raises(DataUnusable, match=reason):
        faces.batch(np.array([0]))
    _close(faces)


@pytest.mark.parametrize("index", [None, "", "1 2 3\n", "0\tmany\n", "0\t-8\n", "0\t99999\n"])
def test_broken_indexes_are_refused(tmp_path: Path, index: str | None) -> None:
    path = _write(tmp_path, [_record(_data([1], _picture(1)))])
    path.with_suffix(".idx").unlink()
    if index is not None:
        path.with_suffix(".idx").write_text(index)
    with pytest.raises(DataUnusable):
        read_recordio(path, 32)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    path = _write(tmp_path, [_record(_data([1], _picture(1)))])
    path.write_bytes(b"")
    with pytest.raises(DataUnusable):
        read_recordio(path, 32)
