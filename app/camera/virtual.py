"""Programs that pose as cameras, by the names they give themselves."""

import re

_NAMES = (
    r"\bvirtual\b",
    r"\bobs\b",
    r"v4l2 ?loopback",
    r"\bdummy video device\b",
    r"\bloopback\b",
    r"\bmanycam\b",
    r"\bxsplit\b",
    r"\bsnap camera\b",
    r"\bsplitcam\b",
    r"\bcamtwist\b",
    r"\bmmhmm\b",
    r"\be2esoft\b",
    r"\bvcam\b",
    r"\bakvirtualcamera\b",
    r"\bdroidcam\b",
    r"\biriun\b",
    r"\bepoccam\b",
    r"\bivcam\b",
    r"\bunity video capture\b",
    r"\bnvidia broadcast\b",
    r"\bfake\b",
)
_VIRTUAL = re.compile("|".join(_NAMES), re.IGNORECASE)


def is_virtual(name: str) -> bool:
    """Whether a camera of this name is known to be a program, or to take its pictures from one.

    A program that lies about its name is not found: who may install software on the machine can show it anything.

    Args:
        name: As the system lists it.
    """
    return _VIRTUAL.search(name) is not None
