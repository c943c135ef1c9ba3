import ast
import pickle
import re
from pathlib import Path

import pytest

import app.core.action_errors
import app.core.errors
from app.core.action_errors import ActionError
from app.core.errors import (
    Bug,
    CameraBusy,
    CameraError,
    DisplayMissing,
    EnvironmentProblem,
    FacelatchError,
    ImageError,
    InvalidChange,
    InvalidName,
    InvalidRequest,
    ModelError,
    ModelIncompatible,
    SettingsError,
    StoreError,
    UsageProblem,
)
from app.core.i18n import QT_TRANSLATE_NOOP

MODULES = (app.core.errors, app.core.action_errors)
TOLD_WHERE_RAISED = {InvalidChange, InvalidName, InvalidRequest, ModelIncompatible, SettingsError}
"""These have no message of their own: each place that raises one says what happened."""


def tree(root: type[FacelatchError]) -> list[type[FacelatchError]]:
    branches = [child for child in root.__subclasses__() if child.__module__ in {module.__name__ for module in MODULES}]
    return [root, *(found for child in branches for found in tree(child))]


LEAVES = [kind for kind in tree(FacelatchError) if len(tree(kind)) == 1]


def names_in(text: str) -> list[str]:
    return re.findall(r"{(\w*)[^}]*}", text)


@pytest.mark.parametrize("kind", [kind for kind in LEAVES if kind not in TOLD_WHERE_RAISED])
def test_every_error_says_what_happened_and_what_to_do(kind: type[FacelatchError]) -> None:
    error = kind(**dict.fromkeys(names_in(kind.MESSAGE + kind.HINT), "X"))
    assert error.message
    assert error.hint
    assert not {"{", "}"} & set(error.message + error.hint)
    assert str(error) == error.message


@pytest.mark.parametrize("kind", tree(FacelatchError))
def test_every_error_says_in_its_docstring_what_it_is(kind: type[FacelatchError]) -> None:
    assert kind.__doc__
    assert kind.__name__ in (app.core.errors.__doc__ or "")


def test_whoever_raises_one_gives_every_detail_that_its_texts_name() -> None:
    wrong = [
        f"{file}:{call.lineno}"
        for file in Path(app.core.errors.__file__).parents[1].rglob("*.py")
        for call in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and _lacks_details(call, call.func.id)
    ]
    assert wrong == []


def _lacks_details(call: ast.Call, name: str) -> bool:
    kind = next((getattr(module, name) for module in MODULES if hasattr(module, name)), None)
    given = {keyword.arg for keyword in call.keywords}
    if not (isinstance(kind, type) and issubclass(kind, FacelatchError)) or None in given:
        return False
    texts = (kind.MESSAGE, kind.HINT)[len(call.args) :]
    return not given.issuperset(names_in("".join(texts)))


EXIT_CODES = {
    UsageProblem: 2,
    EnvironmentProblem: 3,
    ActionError: 3,
    CameraError: 3,
    ModelError: 3,
    StoreError: 3,
    ImageError: 3,
    SettingsError: 3,
    DisplayMissing: 3,
    Bug: 70,
}


@pytest.mark.parametrize(("branch", "code"), EXIT_CODES.items())
def test_exit_codes_are_those_of_the_branch(branch: type[FacelatchError], code: int) -> None:
    assert {kind.exit_code for kind in tree(branch)} == {code}


def test_texts_can_be_replaced_and_stay_templates_for_translation() -> None:
    error = InvalidName("The name is odd: {name}", name="a{b}", limit=100)
    assert error.message == "The name is odd: a{b}"
    assert error.message_template == "The name is odd: {name}"
    assert error.hint.startswith("Use 1 to 100 characters")
    assert error.hint_template == InvalidName.HINT


def test_without_details_a_text_is_taken_as_it_is() -> None:
    assert FacelatchError("{not a place}").message == "{not a place}"


def test_an_error_survives_the_way_to_another_process() -> None:
    copy = pickle.loads(pickle.dumps(CameraBusy(camera="cam {0}")))
    assert (type(copy), copy.message) == (CameraBusy, "The camera “cam {0}” is in use by another program.")
    assert copy.details == {"camera": "cam {0}"}


def test_a_marked_text_stays_as_it_is() -> None:
    assert QT_TRANSLATE_NOOP("errors", "“{name}” is enrolled already.") == "“{name}” is enrolled already."
