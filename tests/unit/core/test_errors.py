import ast
import pickle
import re
from pathlib import Path

import pytest

import app.core.errors
from app.core.errors import (
    ActionError,
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

WITHOUT_OWN_MESSAGE = {InvalidChange, InvalidName, InvalidRequest, ModelIncompatible, SettingsError}
"""Classes without a message: every raise statement passes one."""


def tree(root: type[FacelatchError]) -> list[type[FacelatchError]]:
    branches = [child for child in root.__subclasses__() if child.__module__.startswith("app.core.errors.")]
    return [root, *(found for child in branches for found in tree(child))]


LEAVES = [kind for kind in tree(FacelatchError) if len(tree(kind)) == 1]


def names_in(text: str) -> list[str]:
    return re.findall(r"{(\w*)[^}]*}", text)


@pytest.mark.parametrize("kind", [kind for kind in LEAVES if kind not in WITHOUT_OWN_MESSAGE])
def test_every_error_has_message_and_hint(kind: type[FacelatchError]) -> None:
    error = kind(**dict.fromkeys(names_in(kind.MESSAGE + kind.HINT), "X"))
    assert error.message
    assert error.hint
    assert not {"{", "}"} & set(error.message + error.hint)
    assert str(error) == error.message


@pytest.mark.parametrize("kind", tree(FacelatchError))
def test_every_error_has_a_docstring_and_is_in_the_tree(kind: type[FacelatchError]) -> None:
    assert kind.__doc__
    assert kind.__name__ in (app.core.errors.__doc__ or "")


def test_every_raise_passes_the_placeholders_of_its_texts() -> None:
    wrong = [
        f"{file}:{call.lineno}"
        for file in Path(app.core.errors.__file__).parents[2].rglob("*.py")
        for call in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and _lacks_details(call, call.func.id)
    ]
    assert wrong == []


def _lacks_details(call: ast.Call, name: str) -> bool:
    kind = getattr(app.core.errors, name, None)
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
def test_exit_codes_of_the_branches(branch: type[FacelatchError], code: int) -> None:
    assert {kind.exit_code for kind in tree(branch)} == {code}


def test_replaced_texts_remain_templates() -> None:
    error = InvalidName("The name is odd: {name}", name="a{b}", limit=100)
    assert error.message == "The name is odd: a{b}"
    assert error.message_template == "The name is odd: {name}"
    assert error.hint.startswith("Use 1 to 100 characters")
    assert error.hint_template == InvalidName.HINT


def test_text_without_details_is_not_formatted() -> None:
    assert FacelatchError("{not a place}").message == "{not a place}"


def test_errors_can_be_pickled() -> None:
    copy = pickle.loads(pickle.dumps(CameraBusy(camera="cam {0}")))
    assert (type(copy), copy.message) == (CameraBusy, "The camera “cam {0}” is in use by another program.")
    assert copy.details == {"camera": "cam {0}"}


def test_translation_marker_returns_the_text() -> None:
    assert QT_TRANSLATE_NOOP("errors", "“{name}” is enrolled already.") == "“{name}” is enrolled already."


def test_every_error_is_exported() -> None:
    assert {kind.__name__ for kind in tree(FacelatchError)} == set(app.core.errors.__all__)
