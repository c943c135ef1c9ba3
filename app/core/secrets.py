"""Addresses as they may be shown, logged and written down."""

import re

# A password may hold “/” or “@” itself, so that after a colon all up to the last “@” goes: rather hide too much.
_USER_INFO = re.compile(r"(?<=://)(?:[^/?#@]*:.*@|[^/?#]*@)", re.DOTALL)
_SECRET_VALUE = re.compile(r"(?i)(?<=[?&])((?:pass(?:word|wd)?|pwd|token|auth|key|secret)=)[^&#]*")


def redact(address: str) -> str:
    """An address without user name, password and tokens; any other text as it is."""
    return _SECRET_VALUE.sub(r"\1***", _USER_INFO.sub("***@", address))
