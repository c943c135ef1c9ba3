"""Signature of an exported audit log, in a file beside it (docs/audit.md)."""

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from app.core.atomic_file import write_atomically
from app.core.errors import ImportUnreadable, InvalidRequest
from app.core.i18n import QT_TRANSLATE_NOOP
from app.store.audit.signature import Signer, is_signed

__all__ = [
    "SignatureReport",
    "SignatureVerdict",
    "Signer",
    "check_signature",
    "signature_path",
    "write_signature",
]

FORM = "facelatch-audit-export-1"


class SignatureVerdict(StrEnum):
    """Result of the verification of a signature."""

    GOOD = "good"
    CHANGED = "changed"
    FORGED = "forged"
    OTHER_KEY = "other-key"


@dataclass(frozen=True, slots=True)
class SignatureReport:
    """Report on the verification of an exported audit log.

    Attributes:
        verdict: GOOD only for an unchanged file, signed with the required key if one was given.
        public_key: The signer's public key, in hexadecimal.
        events: How many events were exported.
    """

    verdict: SignatureVerdict
    public_key: str
    events: int


def signature_path(path: Path) -> Path:
    """Return the path of a file's signature."""
    return path.with_name(f"{path.name}.sig")


def write_signature(path: Path, events: int, signer: Signer) -> None:
    """Sign a file as it is on the disk.

    Args:
        path: The file.
        events: How many events it holds.
        signer: Signs the statement.

    Raises:
        OSError: The file cannot be read, or the signature cannot be written.
        StoreError: The signing key cannot be read.
    """
    statement = {"form": FORM, "events": events, "sha256": _sha256(path)}
    signature = signer.sign(_bytes(statement)).hex()
    signed = {"statement": statement, "public_key": signer.public_key.hex(), "signature": signature}
    write_atomically(signature_path(path), json.dumps(signed, indent=2) + "\n", mode=None)


def check_signature(path: Path, public_key: str = "") -> SignatureReport:
    """Verify that an exported audit log is unchanged.

    Args:
        path: The file; its signature lies beside it.
        public_key: The required signer's public key, in hexadecimal; empty to accept any key.

    Raises:
        ImportUnreadable: A file cannot be read, or the signature file is malformed.
        InvalidRequest: `public_key` is not hexadecimal.
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
