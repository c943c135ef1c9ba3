"""The threads of two kiosks and a server that goes away and comes back."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest

from app.core.clock import SystemClock
from app.core.errors import StoreUnreachable
from app.core.faces import Embedding
from app.core.match_decision import Verdict
from app.core.settings.model import Settings
from app.services.database.fleet_sync import FleetSync
from app.services.recognition.server_gallery import ServerGallery
from app.store.audit.ledger import Ledger
from app.store.fleet.server_database import Listener, ServerDatabase
from app.store.people.repository import PeopleRepository
from app.store.people.vectors import NewTemplate
from app.wiring import Application
from app.wiring.storage import SERVER_VARIABLE
from tests.unit.store.fleet.conftest import Server


def until(holds: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it does not come to be"
        time.sleep(0.02)


class Kiosk:
    """One kiosk's program, but for camera and screen."""

    def __init__(self, directory: Path) -> None:
        self.application = Application(directory / "facelatch.sqlite3", Settings(), actor="kiosk", copy=True)
        self.link = ExitStack()

    def follow(self) -> FleetSync:
        follower = self.link.enter_context(self.application.synchronise())
        assert isinstance(follower, FleetSync)
        return follower

    def unlocks(self, face: Embedding) -> str | None:
        """Whose face it is, if anyone's."""
        match = self.application.matcher.identify(face)
        return match.person.name if match.verdict is Verdict.MATCH and match.person else None

    def close(self) -> None:
        self.link.close()
        self.application.close()


@pytest.fixture
def kiosks(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Kiosk]]:
    monkeypatch.setenv(SERVER_VARIABLE, address)
    made = [Kiosk(tmp_path / name) for name in ("door", "gate")]
    yield made
    for kiosk in made:
        kiosk.close()


@pytest.mark.slow
def test_two_kiosks_agree_with_a_server_that_was_away_and_the_erased_do_not_unlock(
    kiosks: list[Kiosk], server: Server, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.services.database.fleet_sync._LONGEST_WAIT_S", 1.0)
    door, gate = kiosks
    row = door.application.models.embedder_row
    ada, ben = (Embedding(np.eye(192, dtype=np.float32)[place], row.name) for place in (0, 1))
    ledger = Ledger.beside(tmp_path / "office")

    def template(face: Embedding) -> NewTemplate:
        return NewTemplate(face, row.space, 0.9, "")

    with ServerDatabase.connect(address, ledger) as office:
        people = PeopleRepository(office, SystemClock(), "office")
        known = people.add("Ada", [template(ada)])
        followers = [kiosk.follow() for kiosk in kiosks]
        for kiosk in kiosks:
            until(lambda kiosk=kiosk: kiosk.unlocks(ada) == "Ada")  # type: ignore[misc]
        people.add("Ben", [template(ben)])
        for kiosk in kiosks:
            until(lambda kiosk=kiosk: kiosk.unlocks(ben) == "Ben", 5)  # type: ignore[misc]

        server.stop()
        until(lambda: not any(follower.status.connected for follower in followers))
        assert [kiosk.unlocks(ada) for kiosk in kiosks] == ["Ada", "Ada"]
        assert all("server" in follower.status.problem for follower in followers)

        gate.link.close()  # cut off for longer than the door
        server.start()
        people.delete(known.id)
        until(lambda: door.unlocks(ada) is None)
        assert gate.unlocks(ada) == "Ada"
        gate.follow()
        until(lambda: gate.unlocks(ada) is None)
        on_server = people.all()
    assert [kiosk.application.storage.people.all() for kiosk in kiosks] == [on_server, on_server]
    assert [kiosk.unlocks(ben) for kiosk in kiosks] == ["Ben", "Ben"]


def test_without_a_server_nothing_is_followed(tmp_path: Path) -> None:
    with Application(tmp_path / "facelatch.sqlite3", Settings()) as application, application.synchronise() as follower:
        assert follower is None


def test_other_programs_work_on_the_server_itself(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SERVER_VARIABLE, address)
    with Application(tmp_path / "facelatch.sqlite3", Settings()) as application:
        application.storage.people.add("Ada", [])
    assert not (tmp_path / "facelatch.sqlite3").exists()
    with Application(tmp_path / "elsewhere" / "facelatch.sqlite3", Settings()) as application:
        assert [person.name for person in application.people.all()] == ["Ada"]


def test_a_gallery_too_large_to_be_held_is_searched_on_the_server(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SERVER_VARIABLE, address)

    def asked(application: Application) -> list[object]:
        row = application.models.embedder_row
        faces = [Embedding(np.eye(192, dtype=np.float32)[place], row.name) for place in range(3)]
        if not application.people.all():
            for face, name in zip(faces[:2], ("Ada", "Ben"), strict=True):
                application.storage.people.add(name, [NewTemplate(face, row.space, 0.9, "")])
            second = Embedding((faces[0].vector + faces[2].vector) / np.float32(2**0.5), row.name)
            application.storage.people.add_templates(
                application.people.find("Ada").id, [NewTemplate(second, row.space, 0.9, "")]
            )
            application.storage.negative_templates.add(application.people.find("Ben").id, faces[1], row.space, 1.0)
        matcher, ada = application.matcher, application.people.find("Ada")
        return [*map(matcher.identify, faces), *(matcher.verify(face, ada) for face in faces)]

    with Application(tmp_path / "facelatch.sqlite3", Settings()) as application:
        held = asked(application)
        both = np.cos(np.pi / 8)  # to the mean of the templates at 0 and 45 degrees
        assert application.matcher.identify(
            Embedding(np.eye(192, dtype=np.float32)[0], application.matcher.model)
        ).similarity == pytest.approx((1 + both) / 2, abs=1e-5)
    monkeypatch.setattr("app.services.recognition.server_gallery.MAX_CACHED_TEMPLATES", 1)
    with Application(tmp_path / "facelatch.sqlite3", Settings()) as application:
        assert asked(application) == held
        assert isinstance(application.gallery_cache.current(), ServerGallery)


def test_verification_at_a_kiosk_uses_its_replica(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SERVER_VARIABLE, address)
    file = tmp_path / "door" / "facelatch.sqlite3"
    with Application(file, Settings(), copy=None) as desk:  # no kiosk yet
        desk.storage.people.add("Ada", [])
    assert not file.exists()
    with Application(file, Settings(), copy=True) as kiosk, kiosk.synchronise():
        until(lambda: [person.name for person in kiosk.storage.people.all()] == ["Ada"])
    monkeypatch.setenv(SERVER_VARIABLE, "postgresql://nobody@127.0.0.1:9/faces")
    with Application(file, Settings(), copy=None) as door:
        assert door.people.find("Ada").name == "Ada"
    with Application(file, Settings()) as desk, pytest.raises(StoreUnreachable):
        desk.people.find("Ada")


def follow_and_look(application: Application, poll_s: float, seconds: float, office: PeopleRepository) -> None:
    """A person who is added on the server arrives within some seconds."""
    replica = application.storage.replica
    replica.join()
    with FleetSync(application.storage.connect, replica, SystemClock(), poll_s=poll_s) as follower:
        until(lambda: follower.status.connected)
        time.sleep(0.2)  # it listens
        office.add("Ada", [])
        until(lambda: bool(application.storage.people.all()), seconds)


def deaf(_: Listener, seconds: float) -> bool:
    time.sleep(seconds)
    return False


@pytest.mark.parametrize(("hears", "poll_s"), [(True, 3600.0), (False, 0.3)])
def test_changes_are_notified_and_polled(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, hears: bool, poll_s: float
) -> None:
    monkeypatch.setenv(SERVER_VARIABLE, address)
    if not hears:
        monkeypatch.setattr(Listener, "wait", deaf)
    with (
        ServerDatabase.connect(address, Ledger.beside(tmp_path / "office")) as office,
        Application(tmp_path / "facelatch.sqlite3", Settings(), actor="kiosk", copy=True) as kiosk,
    ):
        follow_and_look(kiosk, poll_s, 10, PeopleRepository(office, SystemClock(), "office"))
        assert [person.name for person in kiosk.storage.people.all()] == ["Ada"]
