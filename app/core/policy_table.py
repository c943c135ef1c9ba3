"""What the models of `[[actions]]` tables are built on."""

import os
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from app.core.errors import SecretMissing


def invalid_value(message: str) -> PydanticCustomError:
    """What a validator raises: pydantic passes the message on as it is, with the place in the policy.

    Args:
        message: What is wrong; never the value itself, which may be a secret.
    """
    return PydanticCustomError("action", "{message}", {"message": message})


class PolicyTable(BaseModel):
    """A table of the policy; frozen, and without anything that nobody reads."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, use_attribute_docstrings=True)


class SecretSource(PolicyTable):
    """Where a secret is: `{ file = "…" }` or `{ env = "…" }`. Never the secret itself."""

    file: Path | None = None
    """A file whose text it is; spaces and line ends around it do not count."""

    env: str | None = Field(None, pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")
    """The name of an environment variable."""

    @model_validator(mode="before")
    @classmethod
    def _never_itself(cls, value: Any) -> Any:
        if isinstance(value, str):
            raise invalid_value(
                'a secret does not stand in the policy: name its place with { file = "…" } or { env = "…" }'
            )
        return value

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.file is None) == (self.env is None):
            raise invalid_value("exactly one of file and env is needed")
        return self

    def read(self, least: int = 1) -> str:
        """The secret, as it is now.

        Args:
            least: How many characters it must have.

        Raises:
            SecretMissing: It cannot be read, or is too short. The error names the place, never the secret.
        """
        place = str(self.file) if self.file is not None else f"${self.env}"
        try:
            text = self.file.read_text("utf-8") if self.file is not None else os.environ.get(self.env or "", "")
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "not a text"
            raise SecretMissing(place=place, reason=reason) from error
        secret = text.strip()
        if len(secret) < least:
            reason = f"shorter than {least} characters" if secret else "empty"
            raise SecretMissing(place=place, reason=reason)
        return secret
