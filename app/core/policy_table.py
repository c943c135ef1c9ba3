"""Base of the tables of a kiosk's policy, and references to secrets in them."""

import os
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from app.core.errors import SecretMissing


def invalid_value(message: str) -> PydanticCustomError:
    """Return the error for a validator to raise; pydantic reports the message unchanged, with the key in the policy.

    Args:
        message: What is wrong; must not contain the value, which may be a secret.
    """
    return PydanticCustomError("action", "{message}", {"message": message})


class PolicyTable(BaseModel):
    """A table of the policy: frozen, without unknown keys, and without values in error messages."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, use_attribute_docstrings=True)


class SecretSource(PolicyTable):
    """Where to read a secret: `{ file = "…" }` or `{ env = "…" }`. Never contains the secret."""

    file: Path | None = None
    """File that contains the secret; surrounding whitespace is ignored."""

    env: str | None = Field(None, pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")
    """Name of an environment variable."""

    @model_validator(mode="before")
    @classmethod
    def _is_no_secret(cls, value: Any) -> Any:
        if isinstance(value, str):
            raise invalid_value('the policy must not contain a secret: use { file = "…" } or { env = "…" }')
        return value

    @model_validator(mode="after")
    def _has_one_source(self) -> Self:
        if (self.file is None) == (self.env is None):
            raise invalid_value("exactly one of file and env is needed")
        return self

    def read(self, min_length: int = 1) -> str:
        """Return the current value of the secret.

        Args:
            min_length: Least number of characters.

        Raises:
            SecretMissing: The secret cannot be read or is too short. The error names the source, never the secret.
        """
        source = str(self.file) if self.file is not None else f"${self.env}"
        try:
            text = self.file.read_text("utf-8") if self.file is not None else os.environ.get(self.env or "", "")
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "not a text"
            raise SecretMissing(place=source, reason=reason) from error
        secret = text.strip()
        if len(secret) < min_length:
            reason = f"shorter than {min_length} characters" if secret else "empty"
            raise SecretMissing(place=source, reason=reason)
        return secret
