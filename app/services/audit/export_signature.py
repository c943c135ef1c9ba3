"""The signature of an exported audit trail, in a file beside it (docs/audit.md)."""

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from app.core.errors import ImportUnreadable, InvalidRequest
from app.core.i18n import QT_TRANSLATE_NOOP
from app.store.audit.signature import is_signed

FORM = "facelatch-audit-export-1"


class SignPort(Protocol):
    """See `app.store.audit.signature.Signer`."""

    @property
    def public_key(self) -> bytes:
        """Of 32 bytes."""
        ...

    def sign(self, data: bytes) -> bytes:
        """A signature."""
        ...


class SignatureVerdict(StrEnum):
    """What became of checking a file against its signature."""

    GOOD = "good"
    CHANGED = "changed"
    FORGED = "forged"
    OTHER_KEY = "other-key"


@dataclass(frozen=True, slots=True)
class SignatureReport:
    """What came of checking an exported audit trail.

    Attributes:
        verdict: GOOD only where the file is as it was exported, and by the key asked for, if any.
        public_key: Of whoever signed, as hexadecimal digits.
        events: How many events the file had.
    """

    verdict: SignatureVerdict
    public_key: str
    events: int


def signature_path(path: Path) -> Path:
    """Where the signature of a file lies."""
    return path.with_name(f"{path.name}.sig")


def write_signature(path: Path, events: int, signer: SignPort) -> None:
    """Sign a file, as it lies on the disk.

    Raises:
        OSError: It cannot be read, or the signature not be written.
        StoreError: There is no key.
    """
    statement = {"form": FORM, "events": events, "sha256": _sha256(path)}
    signature = signer.sign(_bytes(statement)).hex()
    signed = {"statement": statement, "public_key": signer.public_key.hex(), "signature": signature}
    part = path.with_name(f"{path.name}.sig.part")
    try:
        part.write_text(json.dumps(signed, indent=2) + "\n", encoding="ascii")
        part.replace(signature_path(path))
    finally:
        part.unlink(missing_ok=True)


def check_signature(path: Path, public_key: str = "") -> SignatureReport:
    """Say whether an exported audit trail is as it was exported.

    Args:
        path: The file; its signature lies beside it.
        public_key: Of whoever must have signed it, as hexadecimal digits; anybody where it is empty.

    Raises:
        ImportUnreadable: One of the files cannot be read, or is no signature.
        InvalidRequest: The key is none.
    """
    wanted = _key(public_key) if public_key else b""
    try:
        signed = json.loads(signature_path(path).read_text(encoding="ascii"))
        statement, key = signed["statement"], bytes.fromhex(signed["public_key"])
        signature, events = bytes.fromhex(signed["signature"]), int(statement["events"])
        sha256 = _sha256(path)
    except OSError as error:
        raise _unreadable(error.filename or path, error.strerror or "") from error
    except (ValueError, TypeError, KeyError) as error:
        raise _unreadable(signature_path(path), "not a signature") from error
    if statement.get("form") != FORM or not is_signed(key, signature, _bytes(statement)):
        verdict = SignatureVerdict.FORGED
    elif sha256 != statement.get("sha256"):
        verdict = SignatureVerdict.CHANGED
    else:
        verdict = SignatureVerdict.OTHER_KEY if wanted not in {b"", key} else SignatureVerdict.GOOD
    return SignatureReport(verdict, key.hex(), events)


def _key(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise InvalidRequest(
            QT_TRANSLATE_NOOP("errors", "This is no public key: {key}"),
            QT_TRANSLATE_NOOP("errors", "Give the 64 letters and digits that the export printed."),
            key=text,
        ) from error


def _unreadable(path: object, reason: str) -> ImportUnreadable:
    return ImportUnreadable(
        QT_TRANSLATE_NOOP("errors", "This signature cannot be checked ({reason}): {path}"),
        QT_TRANSLATE_NOOP("errors", "The export and its .sig file have to lie beside each other."),
        path=path,
        reason=reason,
    )


def _bytes(statement: dict[str, object]) -> bytes:
    return json.dumps(statement, sort_keys=True, separators=(",", ":")).encode()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
