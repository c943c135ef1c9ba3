from dataclasses import replace
from itertools import pairwise

from app.core.settings.profiles import ComputeBudget, PowerState
from app.flows.pacing import Pace, PaceFlow, PaceReason, PaceRule, Saving, SavingKind

MS = 1_000_000
RULE = PaceRule(budget_ns=50 * MS)


class Film:
    def __init__(self, rule: PaceRule = RULE) -> None:
        self.flow, self.now_ns = PaceFlow(rule), 0

    def run(self, seconds: float, took_ms: float = 10, faces: int = 1, pressure: PowerState | None = None) -> Pace:
        end = self.now_ns + int(seconds * 1e9)
        while self.now_ns < end:
            self.now_ns += int(1e9 / (self.flow.status.frames_per_second or 30))
            self.flow.observe(faces, int(took_ms * MS), self.now_ns, pressure or PowerState())
        return self.flow.status


def test_fast_frames_are_all_processed() -> None:
    assert Film().run(60) == Pace(None, None)


def test_the_rate_drops_while_the_budget_is_exceeded_and_recovers() -> None:
    film = Film()
    assert film.run(4, took_ms=80) == Pace(20, PaceReason.BUDGET)
    assert film.run(4, took_ms=80).frames_per_second == 15
    assert film.run(60, took_ms=80).frames_per_second == 5
    assert film.run(10, took_ms=45).frames_per_second == 5  # within the budget, but with no room to spare
    assert film.run(60, took_ms=20) == Pace()


def test_a_single_slow_frame_changes_nothing() -> None:
    film = Film()
    film.run(1)
    film.flow.observe(1, 900 * MS, film.now_ns, PowerState())
    assert film.run(3) == Pace()


def test_the_rate_drops_without_a_face_until_one_appears() -> None:
    film = Film()
    film.run(1)
    assert film.run(9, faces=0) == Pace()
    assert film.run(2, faces=0) == Pace(10, PaceReason.NO_FACE)
    film.flow.observe(1, 10 * MS, film.now_ns, PowerState())
    assert film.flow.status == Pace()


def test_battery_and_heat_lower_the_rate_and_the_lowest_applies() -> None:
    film = Film()
    assert film.run(1, pressure=PowerState(on_battery=True)) == Pace(15, PaceReason.BATTERY)
    assert film.run(1, pressure=PowerState(on_battery=True, hot=True)) == Pace(8, PaceReason.HEAT)
    assert film.run(1) == Pace()


def test_a_fixed_rate_does_not_depend_on_the_cost() -> None:
    film = Film(PaceRule(fixed=10))
    assert film.run(30, took_ms=500) == Pace(10, None)


CHEAPER = (
    Saving(SavingKind.PICTURE, ComputeBudget(4, flip=False, longest_side=480)),
    Saving(SavingKind.FACES, ComputeBudget(1, flip=False, longest_side=480)),
)


def test_savings_come_before_lower_rates_and_are_reverted_in_reverse_order() -> None:
    film = Film(replace(RULE, savings=CHEAPER, full=ComputeBudget(4, flip=False)))
    assert film.run(4, took_ms=80) == Pace(savings=CHEAPER[:1])
    assert film.flow.status.compute_budget == ComputeBudget(4, flip=False, longest_side=480)
    assert film.run(3, took_ms=80) == Pace(savings=CHEAPER)
    assert film.run(4, took_ms=80) == Pace(20, PaceReason.BUDGET, CHEAPER)
    unchanged = film.run(4, took_ms=45)
    assert film.run(9, took_ms=45) == unchanged  # within the budget, with no room to spare
    assert (film.run(8, took_ms=20).frames_per_second, film.flow.status.savings) == (None, CHEAPER)
    assert film.run(10, took_ms=20) == Pace()
    assert film.flow.status.compute_budget is None


def test_a_reverted_step_that_is_needed_again_is_reverted_less_often() -> None:
    film = Film(replace(RULE, savings=CHEAPER[:1], steps=()))
    taken_back = []
    for frame in range(300 * 30):
        before = film.flow.status
        film.run(1 / 31, took_ms=20 if before.savings else 80)
        taken_back += [frame] if before.savings and not film.flow.status.savings else []
    pauses = [after - before for before, after in pairwise(taken_back)]
    assert pauses == sorted(pauses)
    assert pauses[-1] > 4 * pauses[0]
