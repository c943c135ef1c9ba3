"""Whether a challenge that somebody leaves was an attempt."""

from app.flows.kiosk_types import Living


class Trial:
    """Watches over one challenge, so that nobody can look at one order after the other until one fits.

    It was an attempt once the face has been asked for something that nobody could know before, or has been watched for
    as long as it takes to refuse a stranger.

    Args:
        attempt_ns: How long that is.
    """

    def __init__(self, attempt_ns: int) -> None:
        self._attempt_ns = attempt_ns
        self._began_ns: int | None = None
        self._asked = False

    def begin(self, now_ns: int) -> None:
        """A challenge begins."""
        self._began_ns, self._asked = now_ns, False

    def look(self, living: Living | None) -> None:
        """Take in what is said of the face that takes it."""
        self._asked = self._asked or (living is not None and living.asked)

    def end(self) -> None:
        """It ended with a verdict, which counts or not by itself."""
        self._began_ns = None

    def leave(self, now_ns: int) -> bool:
        """It ends, whatever the reason; whether it was an attempt that was left."""
        began, self._began_ns = self._began_ns, None
        return began is not None and (self._asked or now_ns - began >= self._attempt_ns)
