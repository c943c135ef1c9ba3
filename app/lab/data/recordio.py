"""Reader for RecordIO (`.rec` with `.idx`), the format of the public face training sets (MXNet).

A record consists of the magic number; a word whose upper 3 bits give the kind of part (0 whole, 1 first, 2 middle, 3
last) and whose lower 29 bits give its length; that many bytes; zeros up to a multiple of 4. Where the magic number
occurs in the data, the record is split, and the number itself is left out. The data of a picture begin with flag
(uint32), label (float32) and two ids (uint64); with a flag above 0, that many labels (float32) follow instead of the
one. Then comes the JPEG. The `.idx` beside it has a line `key⇥offset` for each record.

In face sets, record 0 may hold no picture but two labels: the first key that is not a picture, and the end of the keys.
"""

import mmap
import struct
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from app.lab.data.faces import FaceSet, Images, Places
from app.lab.errors import DataUnusable

_MAGIC = 0xCED7230A
_MARK = struct.pack("<I", _MAGIC)
_PREFIX = struct.Struct("<II")
_HEADER = struct.Struct("<IfQQ")
_LENGTH_BITS = 29
_WHOLE, _FIRST, _MIDDLE, _LAST = range(4)


class RecordIOImages:
    """Pictures of a `.rec` file, decoded on access.

    Args:
        path: The file; kept open.
        offsets: Offsets of the records of its pictures.
        side: Required side of each picture in pixels.
    """

    def __init__(self, path: Path, offsets: list[int], side: int) -> None:
        self._path = path
        self._offsets = offsets
        self._side = side
        with path.open("rb") as file:
            self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    def take(self, places: Places) -> Images:
        """See `ImageSource`.

        Raises:
            DataUnusable: A record is broken, or its picture has another size.
        """
        return np.stack([self._picture(self._offsets[place]) for place in places])

    def labels(self, offset: int) -> tuple[bool, tuple[float, ...]]:
        """Return whether the record at an offset holds a picture, and its labels.

        Raises:
            DataUnusable: The record is broken.
        """
        labels, picture = self._split(self._read_record(offset))
        return bool(picture), labels

    def _picture(self, offset: int) -> Images:
        _, content = self._split(self._read_record(offset))
        decoded = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR) if content else None
        if decoded is None:
            raise self._damaged_file(f"no picture at byte {offset}")
        if decoded.shape[:2] != (self._side, self._side):
            raise self._damaged_file(f"a picture of {decoded.shape[1]} × {decoded.shape[0]} pixels at byte {offset}")
        return np.asarray(decoded[..., ::-1], np.uint8)

    def _read_record(self, offset: int) -> bytes:
        return _MARK.join(self._read_parts(offset))

    def _read_parts(self, offset: int) -> Iterator[bytes]:
        expected = (_WHOLE, _FIRST)
        while True:
            if offset < 0 or offset + _PREFIX.size > len(self._data):
                raise self._damaged_file(f"it ends before byte {offset}")
            magic, word = _PREFIX.unpack_from(self._data, offset)
            kind, length = word >> _LENGTH_BITS, word & ((1 << _LENGTH_BITS) - 1)
            start = offset + _PREFIX.size
            if magic != _MAGIC or kind not in expected or start + length > len(self._data):
                raise self._damaged_file(f"no whole record at byte {offset}")
            yield self._data[start : start + length]
            if kind in (_WHOLE, _LAST):
                return
            offset, expected = start + (length + 3) // 4 * 4, (_MIDDLE, _LAST)

    def _split(self, record: bytes) -> tuple[tuple[float, ...], bytes]:
        if len(record) < _HEADER.size:
            raise self._damaged_file(f"a record of {len(record)} bytes")
        flag, label, _, _ = _HEADER.unpack_from(record)
        end = _HEADER.size + 4 * flag
        if len(record) < end:
            raise self._damaged_file(f"a record with {flag} labels in {len(record)} bytes")
        labels = struct.unpack_from(f"<{flag}f", record, _HEADER.size) if flag else (label,)
        return labels, record[end:]

    def close(self) -> None:
        """Close the file."""
        self._data.close()

    def _damaged_file(self, reason: str) -> DataUnusable:
        return DataUnusable(path=self._path, reason=reason)


def read_recordio(path: Path, side: int) -> FaceSet:
    """Return the faces of a `.rec` file. Reads the header of every record, decodes no picture.

    Args:
        path: The `.rec`; the `.idx` of the same name lies beside it.
        side: Side of the aligned faces, in pixels.

    Raises:
        DataUnusable: One of the two files is missing or broken, or there is no picture.
    """
    offsets = _read_index(path.with_suffix(".idx"))
    try:
        source = RecordIOImages(path, [offset for _, offset in offsets], side)
    except (OSError, ValueError) as error:
        raise DataUnusable(path=path, reason=getattr(error, "strerror", None) or error) from error
    headers = [source.labels(offset) for _, offset in offsets]
    first_holds_picture, first_labels = headers[0]
    end = float("inf") if first_holds_picture else first_labels[0]
    pictures = [
        (place, labels[0])
        for place, ((key, _), (picture, labels)) in enumerate(zip(offsets, headers, strict=True))
        if picture and key < end
    ]
    if not pictures:
        raise DataUnusable(path=path, reason="it holds no pictures")
    usable, owners = zip(*pictures, strict=True)
    names, labels = np.unique(np.array(owners), return_inverse=True)
    identities = tuple(f"{name:g}" for name in names)
    return FaceSet(source, np.array(usable, np.int64), labels.astype(np.int64), identities)


def _read_index(path: Path) -> list[tuple[int, int]]:
    """Return keys and offsets, sorted by key."""
    try:
        lines = path.read_text("ascii").splitlines()
        rows = sorted((int(key), int(offset)) for key, offset in (line.split() for line in lines if line.strip()))
    except (OSError, ValueError) as error:
        raise DataUnusable(path=path, reason=getattr(error, "strerror", None) or "not an index") from error
    if not rows:
        raise DataUnusable(path=path, reason="it is empty")
    return rows
