from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import numpy as np
import pytest

from app.core.errors import InvalidChange, UnknownPerson
from app.core.faces import Pose
from tests.unit.store.builders import EPOCH, MODEL, SHA, Repositories, plain, template, unit

HOUR = timedelta(hours=1)


def test_pose_and_thumbnail_are_kept_where_they_are_given(people: Repositories) -> None:
    pictured = replace(template(2), pose=Pose(20.0, -5.0, 1.5), thumbnail=b"a small jpeg")
    ada = people.add("Ada", [template(1), pictured])
    plain, whole = sorted(people.templates_of(ada.id), key=lambda kept: kept.source)
    assert (plain.pose, plain.thumbnail, whole.pose, whole.thumbnail) == (None, False, Pose(20.0, -5.0, 1.5), True)
    assert people.templates.thumbnail(whole.id) == b"a small jpeg"
    assert people.templates.thumbnail(plain.id) is None
    assert people.templates.thumbnail("nothing") is None


def test_a_retired_template_is_kept_but_not_compared(people: Repositories) -> None:
    ada = people.add("Ada", [template(1), template(2)])
    first = next(kept for kept in people.templates_of(ada.id) if kept.source == "1.jpg")
    people.retire(first.id)
    retired = people.templates.find(first.id)
    assert retired.retired_at is not None
    assert people.get(ada.id).templates == 1
    np.testing.assert_allclose(plain(people.gallery_arrays()), unit(2)[np.newaxis], atol=1e-6)
    people.retire(first.id, retired=False)
    assert people.templates.find(first.id).retired_at is None
    assert people.get(ada.id).templates == 2


def test_people_with_only_retired_templates_are_not_in_the_gallery(people: Repositories) -> None:
    ada = people.add("Ada", [template(1)])
    people.retire(people.templates_of(ada.id)[0].id)
    assert people.gallery_arrays().people == ()
    assert people.templates.counts(MODEL, SHA) == {}


def test_retiring_advances_the_revision_and_a_missing_template_does_not(people: Repositories) -> None:
    ada = people.add("Ada", [template(1)])
    before = people.revision()
    people.retire(people.templates_of(ada.id)[0].id)
    assert people.revision() == before + 1
    with pytest.raises(InvalidChange, match="already removed"):
        people.retire("nothing")
    assert people.revision() == before + 1


def test_templates_are_counted_by_model(people: Repositories) -> None:
    ada = people.add("Ada", [template(1), template(2), template(3, model="other")])
    ben = people.add("Ben", [template(4), template(5, sha256="cd" * 32)])
    people.add("Carl", [])
    assert people.templates.counts(MODEL, SHA) == {ada.id: 2, ben.id: 1}
    assert people.templates.counts("other", SHA) == {ada.id: 1}
    assert people.templates.counts("unknown", SHA) == {}


def test_a_template_is_found_by_how_its_id_begins(people: Repositories, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = iter(["abc1" + "0" * 28, "abc2" + "0" * 28])
    monkeypatch.setattr("app.store.people.templates.uuid4", lambda: UUID(next(ids)))
    people.add("Ada", [template(1), template(2)])
    assert people.templates.find("abc1").source == "1.jpg"
    with pytest.raises(InvalidChange, match="More than one"):
        people.templates.find("abc")
    for sought in ("", "_bc1", "abc%", "x"):
        with pytest.raises(InvalidChange, match="No id begins"):
            people.templates.find(sought)
    with pytest.raises(UnknownPerson):
        people.templates_of("abc1")


@pytest.mark.parametrize(
    ("begin", "end", "gone", "recognised"),
    [
        (None, None, None, True),
        (EPOCH, None, None, True),
        (EPOCH + HOUR, None, None, False),
        (None, EPOCH + HOUR, None, True),
        (None, EPOCH, None, False),
        (None, None, EPOCH + HOUR, True),
        (None, None, EPOCH, False),
    ],
)
def test_the_gallery_is_of_those_who_are_valid(
    people: Repositories, begin: object, end: object, gone: object, recognised: bool
) -> None:
    ada = people.add("Ada", [template(1)])
    people.change(ada.id, valid_from=begin, valid_until=end, delete_after=gone)  # type: ignore[arg-type]
    rows = people.gallery_arrays(now=EPOCH)
    assert (len(rows.people), len(rows.vectors)) == ((1, 1) if recognised else (0, 0))
    ahead = [turn for turn in (begin, end, gone) if turn == EPOCH + HOUR]
    assert rows.until == (ahead[0] if ahead else None)


def test_the_next_turn_is_the_first_of_all(people: Repositories) -> None:
    for number, name in enumerate(("Ada", "Ben", "Carl"), start=1):
        person = people.add(name, [])
        people.change(person.id, valid_until=EPOCH + number * HOUR, delete_after=EPOCH + 5 * HOUR)
    assert people.gallery_arrays(now=EPOCH).until == EPOCH + HOUR
    assert people.gallery_arrays(now=EPOCH + HOUR).until == EPOCH + 2 * HOUR
    assert people.gallery_arrays(now=EPOCH + 6 * HOUR).until is None


def test_inactive_people_are_not_recognised(people: Repositories) -> None:
    ada = people.add("Ada", [template(1)])
    people.change(ada.id, active=False)
    assert people.gallery_arrays().people == ()
