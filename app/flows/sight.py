"""What a kiosk sees: the run that is followed, and what it says of who that is."""

from app.core.people import Person
from app.core.types import Hint
from app.flows.face_run import FaceFollower, FaceRun
from app.flows.judgement import Doubted, Judgement, Known
from app.flows.kiosk_types import BeginRun, KioskRules, Scene
from app.flows.rearm import Held


class Sight:
    """Follows one face, and forgets whatever was known of it with the run.

    Args:
        rules: When frames belong together, and how long it takes to refuse somebody.
    """

    def __init__(self, rules: KioskRules) -> None:
        self._follower = FaceFollower(rules.run)
        self._judgement = Judgement(rules.deny_ns)
        self.again: Held | None = None
        """Whoever is in view has had their answer."""

    @property
    def run(self) -> FaceRun | None:
        """The run that goes on."""
        return self._follower.run

    @property
    def track(self) -> int:
        """The number of its face; 0 where there is none."""
        return self.run.track if self.run else 0

    @property
    def hints(self) -> tuple[Hint, ...]:
        """Why the face could not be judged in the last frame."""
        return self._follower.hints

    @property
    def unseen_ns(self) -> int:
        """Since when nobody has been in view."""
        return self._follower.unseen_ns

    def follow(self, scene: Scene) -> BeginRun | None:
        """Grow the run by this frame, break it, or begin another, which is then told."""
        before = self.run
        run = self._follower.follow(scene.faces, scene.at_ns)
        if run is before:
            return None
        self._judgement.forget()
        self.again = None
        return BeginRun(run.number, run.track) if run else None

    def judge(self, scene: Scene, claimed: Person | None) -> Known | Doubted | None:
        """What the run says in this frame, which it has taken in; None while it says nothing."""
        return self._judgement.of(self._follower, scene.judge, claimed, scene.at_ns)

    def forget(self) -> None:
        """Break the run."""
        self._follower.forget()
        self._judgement.forget()
        self.again = None
