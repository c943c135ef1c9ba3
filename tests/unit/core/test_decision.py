import itertools
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.decision import ACCESS_CHECKS, Check, Decision, FrameRun, Outcome, decide
from app.core.faces import QualityHint
from app.core.liveness import CueName, CueResult, LivenessPolicy, LivenessVerdict, fuse_cues
from app.core.match_decision import Match, NegativeMatch, Verdict
from app.core.people import Person
from tests.fakes.quality_issues import issues_for

ADA = Person("ada", "Ada", datetime(2026, 1, 1, tzinfo=UTC), 1)
RUN = FrameRun(7, 9, 3)
STRANGER = Match(Verdict.NO_MATCH, ADA, 0.42, 0.3, 0.53, 1e-3, 0.03)
MATCHED = replace(STRANGER, verdict=Verdict.MATCH, similarity=0.71)
UNCLEAR = replace(STRANGER, verdict=Verdict.AMBIGUOUS, similarity=0.6, runner_up=0.59)
MARKED = replace(STRANGER, negative_match=NegativeMatch(ADA, 0.6, 0.8))
EMPTY = Match(Verdict.GALLERY_EMPTY, None, -1.0, None, 0.53, 1.0)
TABLE = Path(__file__).parents[3] / "docs" / "decision.md"


@pytest.mark.parametrize(
    ("match", "check", "figures"),
    [
        (STRANGER, Check.SIMILARITY, (0.42, 0.53)),
        (UNCLEAR, Check.MARGIN, (0.01, 0.03)),
        (MARKED, Check.NOT_THIS_PERSON, (0.6, 0.8)),
        (EMPTY, Check.GALLERY_EMPTY, (None, None)),
    ],
)
def test_a_rejection_has_its_check_value_and_limit(
    match: Match, check: Check, figures: tuple[float | None, float | None]
) -> None:
    decision = decide(match, frames=RUN)
    assert decision.reason is not None
    assert (decision.check, decision.frames) == (check, RUN)
    assert (decision.reason.value, decision.reason.limit) == pytest.approx(figures)


def test_an_unjudged_face_reports_its_first_quality_issue() -> None:
    decision = decide(None, quality_issues=issues_for(QualityHint.TOO_DARK, QualityHint.HOLD_STILL))
    assert (decision.outcome, decision.check) == (Outcome.CANNOT_TELL, Check.QUALITY)
    assert decision.reason is not None
    assert (decision.reason.value, decision.reason.limit) == (31.2, 40.0)
    assert len(decision.reasons) == 2
    bare = decide(None).reason
    assert bare is not None
    assert (bare.check, bare.value, bare.limit) == (Check.QUALITY, None, None)


def test_a_match_with_another_person_excluded_is_identified() -> None:
    assert decide(replace(MATCHED, negative_match=NegativeMatch(ADA, 0.6, 0.8))).person == ADA


MATCHES = st.sampled_from([None, MATCHED, STRANGER, UNCLEAR, MARKED, EMPTY])
ACCESS = st.sampled_from([None, *sorted(ACCESS_CHECKS)])
CUES = st.fixed_dictionaries(
    {name: st.sampled_from(LivenessVerdict) for name in (*CueName, "network:face_antispoof", "network:own")}
)


def is_asked_and_passed(policy: LivenessPolicy, cues: dict[str, LivenessVerdict]) -> bool:
    """The least evidence that a policy asks for, stated independently of `fuse_cues`."""
    if LivenessVerdict.FAILED in cues.values():
        return False
    passed = {name for name, verdict in cues.items() if verdict is LivenessVerdict.PASSED}
    least = {
        LivenessPolicy.OFF: set(),
        LivenessPolicy.PASSIVE: set(),
        LivenessPolicy.CHALLENGE: {CueName.CHALLENGE},
        LivenessPolicy.STRICT: {CueName.CHALLENGE, CueName.GEOMETRY},
    }[policy]
    has_evidence = bool(passed - {CueName.REPEATS, CueName.DEVICE_FRAME, CueName.SCREEN, CueName.CAMERA})
    return policy is not LivenessPolicy.OFF and has_evidence and least <= passed


@given(MATCHES, st.sampled_from(LivenessPolicy), CUES, ACCESS, st.booleans())
def test_no_combination_shows_or_grants_more_than_the_policy_allows(
    match: Match | None,
    policy: LivenessPolicy,
    cues: dict[str, LivenessVerdict],
    access: Check | None,
    is_locked_out: bool,
) -> None:
    liveness = fuse_cues(1, policy, [CueResult(name, verdict) for name, verdict in cues.items()]).required_verdict
    decision = decide(match, liveness, access=access, is_locked_out=is_locked_out)
    is_allowed = match is MATCHED and access is None and not is_locked_out
    if decision.outcome is Outcome.VERIFIED:
        assert is_allowed
        assert is_asked_and_passed(policy, cues)
    if decision.meets_policy:
        assert is_allowed
        assert policy is LivenessPolicy.OFF or is_asked_and_passed(policy, cues)
    if decision.is_identified:
        assert is_allowed
        assert policy is LivenessPolicy.OFF or LivenessVerdict.FAILED not in cues.values()
    assert (decision.person is not None) is decision.is_identified
    assert (decision.outcome is Outcome.VERIFIED) is (not decision.reasons)


_IDENTITIES = {
    "not judged": None,
    "no one enrolled": EMPTY,
    "no match": STRANGER,
    "negative template": MARKED,
    "ambiguous": UNCLEAR,
    "match": MATCHED,
}
_ACCESSES: dict[str, Check | None] = {"allowed": None} | {check.value: check for check in ACCESS_CHECKS}
_LIVENESSES: dict[str, LivenessVerdict | None] = {"not asked for": None} | {
    verdict.value: verdict for verdict in LivenessVerdict
}


def table_rows() -> list[tuple[str, ...]]:
    """The rows of the table in the docs."""
    lines = [line for line in TABLE.read_text().splitlines() if line.startswith("| ") and "lockout" not in line]
    return [tuple(cell.strip().strip("`*") for cell in line.strip("|").split("|")) for line in lines]


def covers(cell: str, value: str) -> bool:
    return cell == "any" or value in re.split(r", ", cell)


def test_every_combination_is_one_row_of_the_table_in_the_docs() -> None:
    rows, used = table_rows(), set()
    combinations = itertools.product(("yes", "no"), _IDENTITIES, _ACCESSES, _LIVENESSES)
    for locked, identity, access, liveness in combinations:
        asked = (locked, identity, access, liveness)
        found = [row for row in rows if all(map(covers, row, asked))]
        assert len(found) == 1, asked
        decision: Decision = decide(
            _IDENTITIES[identity],
            _LIVENESSES[liveness],
            access=_ACCESSES[access],
            is_locked_out=locked == "yes",
        )
        first = access if decision.check in ACCESS_CHECKS else decision.check or "–"
        documented = found[0][5].replace("that check", first)
        assert (found[0][4], documented, found[0][6]) == (
            decision.outcome,
            first,
            "yes" if decision.meets_policy else "no",
        ), asked
        used.add(found[0])
    assert used == set(rows)
