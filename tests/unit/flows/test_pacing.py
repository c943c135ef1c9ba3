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


def measured(took: list[int], *, step: int = 0, span_ns: int = 3 * 10**9) -> int:
    """Return the number of lower rates in use after one measurement of frames within a span of time."""
    flow = PaceFlow(replace(RULE, steps=(20, 15, 10)))
    start = 0
    for _ in range(step):
        for at_ns in (*range(10), 3 * 10**9):
            flow.observe(1, 80 * MS, start + at_ns, PowerState())
        start += 3 * 10**9
    for place, took_ns in enumerate(took):
        flow.observe(1, took_ns, start + span_ns * place // (len(took) - 1), PowerState())
    rates = (None, 20, 15, 10)
    return rates.index(flow.status.frames_per_second)


def test_a_step_is_taken_only_above_the_budget() -> None:
    assert measured([50 * MS] * 10) == 0
    assert measured([50 * MS + 1] * 10) == 1


def test_a_step_is_reverted_only_below_the_relief_share() -> None:
    assert measured([30 * MS] * 10, step=1) == 1
    assert measured([30 * MS - 1] * 10, step=1) == 0


def test_a_measurement_needs_its_time_and_enough_frames() -> None:
    assert measured([80 * MS] * 10, span_ns=3 * 10**9 - 9) == 0
    assert measured([80 * MS] * 9) == 0


def test_one_frame_in_twenty_may_exceed_the_budget() -> None:
    assert measured([80 * MS] + [10 * MS] * 20) == 0
    assert measured([80 * MS] * 2 + [10 * MS] * 20) == 1


def test_the_rate_does_not_fall_below_the_last_step() -> None:
    assert measured([80 * MS] * 10, step=5) == 3


def test_the_rate_drops_exactly_after_the_time_without_a_face() -> None:
    flow = PaceFlow(RULE)
    flow.observe(0, MS, 0, PowerState())
    assert flow.observe(0, MS, RULE.no_face_after_ns - 1, PowerState()) == Pace()
    assert flow.observe(0, MS, RULE.no_face_after_ns, PowerState()) == Pace(10, PaceReason.NO_FACE)
