import re

import pytest

from app.core import errors
from app.core.errors import Bug, CameraBusy, FacelatchError, InvalidName, StoreFull


def tree(root: type[FacelatchError]) -> list[type[FacelatchError]]:
    return [root, *(found for child in root.__subclasses__() for found in tree(child))]


OURS = [kind for kind in tree(FacelatchError) if kind.__module__ == errors.__name__]


@pytest.mark.parametrize("kind", OURS, ids=lambda kind: kind.__name__)
def test_every_error_says_what_happened_and_what_to_do(kind: type[FacelatchError]) -> None:
    names = re.findall(r"{(\w+)}", kind.MESSAGE + kind.HINT)
    error = kind(**dict.fromkeys(names, "X"))
    assert "{" not in error.message + error.hint
    if kind.MESSAGE:
        assert kind.HINT
        assert str(error) == error.message


def test_exit_codes_are_those_of_the_commands() -> None:
    codes = {kind.__name__: kind.exit_code for kind in OURS}
    assert codes["CameraBusy"] == codes["StoreFull"] == codes["ImageError"] == codes["DisplayMissing"] == 3
    assert codes["InvalidName"] == codes["UnknownPerson"] == 2
    assert codes["Bug"] == 70


def test_texts_can_be_replaced_and_stay_templates() -> None:
    error = InvalidName("The name is odd: {name}", name="a{b}", limit=100)
    assert error.message == "The name is odd: a{b}"
    assert error.message_template == "The name is odd: {name}"
    assert "100" in error.hint
    assert CameraBusy(camera="0").message == "The camera “0” is in use by another program."
    assert FacelatchError("{not a place}").message == "{not a place}"
    assert issubclass(StoreFull, errors.EnvironmentProblem)
    assert not issubclass(Bug, errors.EnvironmentProblem)
