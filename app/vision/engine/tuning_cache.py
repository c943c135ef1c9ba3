"""Cache of tuning results, valid for one machine with its packages and models."""

import hashlib
import json
import logging
import os
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path

from app.core.atomic_file import write_atomically
from app.vision.engine.engines import Engine

log = logging.getLogger(__name__)

_VERSION = 1
_PACKAGES = ("onnxruntime", "onnxruntime-ep-openvino", "onnxruntime-gpu", "onnxruntime-directml", "mediapipe")


@dataclass(frozen=True, slots=True)
class TunedEngines:
    """The engines that tuning found.

    Attributes:
        engines: The fastest engine of each network, by its name.
        direct: Whether MediaPipe's networks without its graph give the same landmarks in less time.
    """

    engines: Mapping[str, Engine]
    direct: bool


class TuningCache:
    """A file with tuning results, ignored after the machine, a package or a model has changed.

    A file that cannot be read or written is logged and otherwise ignored: it only affects the speed.

    Args:
        path: The file; it need not exist.
        models: The hashes of the model files, in any order.
    """

    def __init__(self, path: Path, models: tuple[str, ...]) -> None:
        self._path = path
        self._fingerprint = fingerprint(models)

    def load(self) -> TunedEngines | None:
        """The stored results; None without any, or if they are for another machine, package or model."""
        try:
            stored = json.loads(self._path.read_text("utf-8"))
            if stored["version"] != _VERSION or stored["fingerprint"] != self._fingerprint:
                return None
            engines = {name: Engine(**engine) for name, engine in stored["engines"].items()}
            return TunedEngines(engines, bool(stored["direct"]))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            log.warning("the tuning results cannot be read: %s", error)
            return None

    def save(self, choices: TunedEngines) -> None:
        """Store tuning results.

        Args:
            choices: The results; they replace those stored before.
        """
        stored = {
            "version": _VERSION,
            "fingerprint": self._fingerprint,
            "engines": {name: asdict(engine) for name, engine in choices.engines.items()},
            "direct": choices.direct,
        }
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self._path, json.dumps(stored, indent=2) + "\n", mode=None, durable=False)
        except OSError as error:
            log.warning("the tuning results cannot be stored: %s", error)


def fingerprint(models: tuple[str, ...]) -> str:
    """A hash of everything that the speed of an engine depends on.

    Args:
        models: The hashes of the model files.

    Returns:
        64 hexadecimal digits.
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
