"""Badges that need no keyboard: QR codes in front of the camera, and smart cards."""

import logging
import threading
from collections.abc import Callable

from app.core.closeable import Closeable
from app.core.errors import FacelatchError, PartMissing, SmartCardsUnavailable
from app.core.faces import Frame
from app.vision.qr_codes import QrReader

log = logging.getLogger(__name__)

_LOOK_NS = 250_000_000
_LOOKS_WITHOUT = 8
"""Pictures without a QR code after which the same code counts as shown again."""

_POLL_S = 0.25
_GET_UID = [0xFF, 0xCA, 0x00, 0x00, 0x00]
"""The command GET DATA of PC/SC part 3, section 3.2.2.1.3: the reader returns the card's UID."""


class QrBadges:
    """Returns each QR code once while it stays in view, so that one showing is one attempt."""

    def __init__(self) -> None:
        self._reader = QrReader()
        self._looked_ns: int | None = None
        self._shown = ""
        self._without = 0

    def read(self, frame: Frame) -> str | None:
        """Return the badge number of a code that was not in view before; looks at four pictures a second at most."""
        if self._looked_ns is not None and frame.captured_ns - self._looked_ns < _LOOK_NS:
            return None
        self._looked_ns = frame.captured_ns
        number = self._reader.read(frame.image).strip()
        if not number:
            self._without += 1
            if self._without >= _LOOKS_WITHOUT:
                self._shown = ""
            return None
        self._without = 0
        is_new, self._shown = number != self._shown, number
        return number if is_new else None


class SmartCards(Closeable):
    """Reads the UIDs of smart cards in all PC/SC readers, in a thread of its own.

    Args:
        on_card: Receives the UID of each card that is presented, in upper-case hexadecimal.
        on_problem: Receives why no card can be read, once until a reader works again.
    """

    def __init__(self, on_card: Callable[[str], None], on_problem: Callable[[FacelatchError], None]) -> None:
        self._on_card = on_card
        self._on_problem = on_problem
        self._present: dict[str, str] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="smart cards", daemon=True)

    def begin(self) -> None:
        """Start to read."""
        self._thread.start()

    def close(self) -> None:
        """Stop reading; may be called twice."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(2 * _POLL_S)

    def _run(self) -> None:
        try:
            from smartcard.Exceptions import SmartcardException
            from smartcard.System import readers
        except ImportError:
            self._on_problem(PartMissing(package="pyscard", extra="smartcard"))
            return
        failed = False
        while not self._stop.wait(_POLL_S):
            try:
                self._poll(readers())
                failed = False
            except SmartcardException as error:
                self._present.clear()
                if not failed:
                    log.warning("smart cards cannot be read: %s", error)
                    self._on_problem(SmartCardsUnavailable(reason=str(error)))
                failed = True

    def _poll(self, readers: list[object]) -> None:
        present = {str(reader): uid for reader in readers if (uid := _uid_in(reader))}
        before, self._present = self._present, present
        for name, uid in present.items():
            if before.get(name) != uid:
                self._on_card(uid)


def _uid_in(reader: object) -> str:
    """Return the UID of the card in a reader; empty if there is none."""
    from smartcard.Exceptions import CardConnectionException, NoCardException

    connection = reader.createConnection()  # type: ignore[attr-defined]
    try:
        connection.connect()
        data, *status = connection.transmit(_GET_UID)
    except (CardConnectionException, NoCardException):  # none, or taken away while it was read
        return ""
    finally:
        connection.disconnect()
    return bytes(data).hex().upper() if status == [0x90, 0x00] else ""
