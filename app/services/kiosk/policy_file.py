"""Reading a kiosk's policy, and saying on which line it is wrong."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from app.core.errors import PolicyError
from app.core.settings.sections import LivenessSettings
from app.core.toml_lines import nearest_line, toml_line_numbers
from app.services.kiosk.policy import KioskPolicy, find_conflicts

_AT_LINE = re.compile(r"^(.*?) \(at (?:line (\d+), column \d+|end of document)\)$")
_LONGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class PolicyProblem:
    """Something wrong with a policy.

    Attributes:
        line: From 1; 0 where the file as a whole is meant.
        key: The dotted name of the value; empty for the whole.
        reason: In English.
    """

    line: int
    key: str
    reason: str

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line else ""
        return f"{place}{self.key}: {self.reason}" if self.key else f"{place}{self.reason}"


def read_policy(path: Path, settings: LivenessSettings) -> KioskPolicy:
    """Read and check a policy.

    Args:
        path: A TOML file.
        settings: What it leaves out.

    Raises:
        PolicyError: It cannot be read, or is wrong; every line that is wrong is named.
    """
    try:
        return _checked(_text(path), settings)
    except _Wrong as wrong:
        lines = "\n".join(f"{path}: {problem}" for problem in wrong.problems)
        raise PolicyError(problems=lines, path=path) from wrong


class _Wrong(Exception):
    def __init__(self, *problems: PolicyProblem) -> None:
        super().__init__(*problems)
        self.problems = problems


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _LONGEST:
            raise _Wrong(PolicyProblem(0, "", "larger than a policy can be"))
        return path.read_text("utf-8")
    except OSError as error:
        raise _Wrong(PolicyProblem(0, "", error.strerror or str(error))) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise _Wrong(PolicyProblem(line, "", "this is not UTF-8")) from error


def _checked(text: str, settings: LivenessSettings) -> KioskPolicy:
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _Wrong(_of_syntax(str(error), text)) from error
    lines = toml_line_numbers(text)
    try:
        policy = KioskPolicy.model_validate(values)
    except ValidationError as error:
        problems = [_of_value(detail, lines) for detail in error.errors(include_url=False, include_input=False)]
        raise _Wrong(*sorted(problems, key=lambda problem: problem.line)) from error
    against = [
        PolicyProblem(nearest_line(lines, path), ".".join(path), reason)
        for path, reason in find_conflicts(policy, settings)
    ]
    if against:
        raise _Wrong(*sorted(against, key=lambda problem: problem.line))
    return policy


def _of_syntax(message: str, text: str) -> PolicyProblem:
    found = _AT_LINE.match(message)
    if found is None:
        return PolicyProblem(0, "", message)
    line = int(found[2]) if found[2] else text.count("\n") + 1
    return PolicyProblem(line, "", found[1])


def _of_value(detail: ErrorDetails, lines: dict[tuple[str | int, ...], int]) -> PolicyProblem:
    key = ".".join(str(part) for part in detail["loc"])
    reason = detail["msg"].removeprefix("Value error, ")
    if detail["type"] == "extra_forbidden":
        reason = "there is no such setting"
    elif detail["type"] == "missing":
        reason = "this is needed"
    return PolicyProblem(nearest_line(lines, detail["loc"]), key, reason)
