"""QR codes in front of the camera, and smart cards at a fake PC/SC reader."""

import queue
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import cv2
import numpy as np
import pytest

from app.core.errors import FacelatchError, PartMissing, SmartCardsUnavailable
from app.core.faces import Frame, Image
from app.flows.kiosk.types import DenialReason, KioskState
from app.pipeline.results import FrameResult
from app.services.kiosk.badge_sources import QrBadges, SmartCards
from tests.unit.services.kiosk.bench import Bench
from tests.unit.services.kiosk.conftest import MakeBench

BLANK = np.full((480, 640, 3), 90, np.uint8)


def qr_code(text: str) -> Image:
    """Return a picture of 640 by 480 pixels that shows a QR code."""
    code = cv2.QRCodeEncoder.create().encode(text)
    picture = BLANK.copy()
    picture[120:360, 200:440] = cv2.resize(code, (240, 240), interpolation=cv2.INTER_NEAREST)[..., np.newaxis]
    return picture


def frames(picture: Image, *seconds: float) -> list[Frame]:
    return [Frame(number, picture, int(at * 1e9)) for number, at in enumerate(seconds)]


def show(bench: Bench, picture: Image, count: int = 1) -> KioskState:
    for _ in range(count):
        bench.clock.advance(0.3)
        now = bench.clock.monotonic_ns()
        bench.controller.observe(FrameResult(Frame(1, picture, now), (), (), None, None, now))
    return bench.controller.state


def test_a_code_that_stays_is_read_once_and_again_after_it_was_gone() -> None:
    badges = QrBadges()
    code = qr_code("K-77")
    assert [badges.read(frame) for frame in frames(code, 0.0, 0.1, 0.3, 0.6)] == ["K-77", None, None, None]
    assert [badges.read(frame) for frame in frames(BLANK, *np.arange(1, 3, 0.3))] == [None] * 7
    assert badges.read(frames(code, 3.5)[0]) is None
    assert [badges.read(frame) for frame in frames(BLANK, *np.arange(4, 7, 0.3))] == [None] * 10
    assert badges.read(frames(code, 7.5)[0]) == "K-77"


def test_a_qr_code_names_the_person(make_bench: MakeBench) -> None:
    bench = make_bench(who={"identify": "claim", "qr_codes": True})
    ada = bench.enrol("Ada", 0, badge="K-77")
    bench.controller.open()
    assert bench.show(0, 10) is KioskState.IDLE
    assert show(bench, qr_code("K-77")) is KioskState.LOOKING
    assert bench.controller.view.status.person == ada
    assert bench.show(0, 10) is KioskState.GRANTED


def test_an_unknown_qr_code_counts_once_however_long_it_is_shown(make_bench: MakeBench) -> None:
    bench = make_bench(who={"qr_codes": True})
    bench.enrol("Ada", 0, badge="K-77")
    bench.controller.open()
    assert show(bench, qr_code("https://example.org")) is KioskState.DENIED
    assert bench.controller.view.status.reason is DenialReason.UNKNOWN_BADGE
    assert show(bench, qr_code("https://example.org"), 60) is KioskState.IDLE
    bench.controller.badge("K-77")
    assert bench.controller.state is KioskState.LOOKING


def test_qr_codes_are_ignored_by_default(bench: Bench) -> None:
    assert show(bench, qr_code("K-77"), 3) is KioskState.IDLE


class CardReader:
    """A PC/SC reader, and its connection.

    Attributes:
        answer: What the card answers; None without a card, an exception for a failure.
    """

    def __init__(self) -> None:
        self.answer: Any = None

    def __str__(self) -> str:
        return "ACR122U"

    def createConnection(self) -> "CardReader":  # noqa: N802
        return self

    def connect(self) -> None:
        if self.answer is None:
            raise sys.modules["smartcard.Exceptions"].NoCardException

    def transmit(self, command: list[int]) -> Any:
        assert command == [0xFF, 0xCA, 0, 0, 0]
        return self.answer

    def disconnect(self) -> None:
        """Do nothing."""


class SmartCardBench:
    """Smart cards, with what they report."""

    def __init__(self) -> None:
        self.reader = CardReader()
        self.service_runs = True
        self.cards: queue.Queue[str] = queue.Queue()
        self.problems: queue.Queue[FacelatchError] = queue.Queue()
        self.smart_cards = SmartCards(self.cards.put, self.problems.put)

    def readers(self) -> list[CardReader]:
        if not self.service_runs:
            raise sys.modules["smartcard.Exceptions"].SmartcardException("no service")
        return [self.reader]


@pytest.fixture
def cards(monkeypatch: pytest.MonkeyPatch) -> Iterator[SmartCardBench]:
    made = SmartCardBench()
    base = type("SmartcardException", (Exception,), {})
    exceptions: Any = ModuleType("smartcard.Exceptions")
    exceptions.SmartcardException = base
    exceptions.NoCardException = type("NoCardException", (base,), {})
    exceptions.CardConnectionException = type("CardConnectionException", (base,), {})
    system: Any = ModuleType("smartcard.System")
    system.readers = made.readers
    for module in (ModuleType("smartcard"), exceptions, system):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    yield made
    made.smart_cards.close()


def test_each_presented_card_is_read_once(cards: SmartCardBench) -> None:
    cards.smart_cards.begin()
    cards.reader.answer = ([0x04, 0xA1, 0xB2, 0xC3], 0x90, 0x00)
    assert cards.cards.get(timeout=10) == "04A1B2C3"
    with pytest.raises(queue.Empty):
        cards.cards.get(timeout=0.8)
    cards.reader.answer = ([0x04, 0xA1, 0xB2, 0xC4], 0x90, 0x00)
    assert cards.cards.get(timeout=10) == "04A1B2C4"
    cards.reader.answer = ([], 0x6A, 0x81)  # a card without UID
    with pytest.raises(queue.Empty):
        cards.cards.get(timeout=0.8)


def test_a_stopped_service_is_reported_once_and_cards_are_read_when_it_is_back(cards: SmartCardBench) -> None:
    cards.service_runs = False
    cards.reader.answer = ([0x04], 0x90, 0x00)
    cards.smart_cards.begin()
    assert isinstance(cards.problems.get(timeout=10), SmartCardsUnavailable)
    with pytest.raises(queue.Empty):
        cards.problems.get(timeout=0.8)
    cards.service_runs = True
    assert cards.cards.get(timeout=10) == "04"


def test_a_missing_package_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "smartcard", None)
    problems: queue.Queue[FacelatchError] = queue.Queue()
    smart_cards = SmartCards(lambda uid: None, problems.put)
    smart_cards.begin()
    assert isinstance(problem := problems.get(timeout=10), PartMissing)
    assert "facelatch[smartcard]" in problem.hint
    smart_cards.close()
