"""Remembers which engine was the fastest, for this machine, these packages and these models."""

import hashlib
import json
import logging
import os
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path

from app.vision.engine.engines import Engine

log = logging.getLogger(__name__)

_VERSION = 1
_PACKAGES = ("onnxruntime", "onnxruntime-ep-openvino", "onnxruntime-gpu", "onnxruntime-directml", "mediapipe")


@dataclass(frozen=True, slots=True)
class TunedEngines:
    """What was found.

    Attributes:
        engines: By network.
        direct: Whether MediaPipe's networks alone give the same landmarks in less time than MediaPipe.
    """

    engines: Mapping[str, Engine]
    direct: bool


class TuningCache:
    """Keeps what was found, and forgets it when the machine, a package or a model is another.

    A file that cannot be read or written is as good as none: the choice is only a matter of speed.

    Args:
        path: The file; need not exist.
        models: The hashes of the models' files, in any order.
    """

    def __init__(self, path: Path, models: tuple[str, ...]) -> None:
        self._path = path
        self._fingerprint = fingerprint(models)

    def load(self) -> TunedEngines | None:
        """What was found here; None where nothing was, or something has changed since."""
        try:
            stored = json.loads(self._path.read_text("utf-8"))
            if stored["version"] != _VERSION or stored["fingerprint"] != self._fingerprint:
                return None
            engines = {name: Engine(**engine) for name, engine in stored["engines"].items()}
            return TunedEngines(engines, bool(stored["direct"]))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            log.warning("what was measured of the engines cannot be read: %s", error)
            return None

    def save(self, choices: TunedEngines) -> None:
        """Remember what was found."""
        stored = {
            "version": _VERSION,
            "fingerprint": self._fingerprint,
            "engines": {name: asdict(engine) for name, engine in choices.engines.items()},
            "direct": choices.direct,
        }
        part = self._path.with_suffix(".part")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(json.dumps(stored, indent=2) + "\n", "utf-8")
            part.replace(self._path)
        except OSError as error:
            log.warning("what was measured of the engines cannot be kept: %s", error)


def fingerprint(models: tuple[str, ...]) -> str:
    """What the speed of an engine depends on, as one number in hexadecimal.

    Args:
        models: The hashes of the models' files.
    """
    parts = [platform.machine(), _processor(), str(os.cpu_count()), *map(_version, _PACKAGES), *sorted(models)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def _version(package: str) -> str:
    try:
        return f"{package} {metadata.version(package)}"
    except metadata.PackageNotFoundError:
        return ""
