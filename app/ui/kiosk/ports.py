"""What the kiosk's screen asks of the program, so that tests can hand it something else."""

from collections.abc import Callable
from typing import Protocol

from app.core.errors import FacelatchError
from app.services.kiosk.controller import KioskView
from app.services.kiosk.policy import KioskPolicy


class KioskPort(Protocol):
    """See `app.services.kiosk.kiosk_service.KioskService`."""

    @property
    def policy(self) -> KioskPolicy:
        """By which it works."""
        ...

    @property
    def problem(self) -> FacelatchError | None:
        """Why it has stopped, and stays locked."""
        ...

    @property
    def is_hanging(self) -> bool:
        """Whether it should be started anew."""
        ...

    def health(self) -> dict[str, object]:
        """How it is doing."""
        ...

    def begin(self, on_view: Callable[[], None] = ...) -> None:
        """Start, locked."""
        ...

    def take_view(self) -> KioskView | None:
        """The newest view, if there is one that was not taken yet."""
        ...

    def badge(self, number: str) -> None:
        """Somebody typed or scanned the number of a badge."""
        ...

    def open_pin(self) -> None:
        """Somebody wants to type a PIN."""
        ...

    def open_pin_instead_of_challenge(self) -> None:
        """Whoever is asked to move wants to type their own PIN instead."""
        ...

    def touch_pin(self) -> None:
        """A key of the pad was pressed."""
        ...

    def close_pin(self) -> None:
        """Nobody wants to type a PIN any more."""
        ...

    def enter_pin(self, pin: str) -> None:
        """A PIN was typed."""
        ...

    def leave(self, pin: str) -> None:
        """Somebody wants to leave the kiosk."""
        ...
