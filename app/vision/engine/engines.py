"""The engines of this machine: ONNX Runtime's execution providers with their options."""

import importlib
import importlib.util
import json
import logging
import threading
from dataclasses import dataclass
from functools import cache
from typing import Any

log = logging.getLogger(__name__)

CPU = "CPUExecutionProvider"
OPENVINO = "OpenVINOExecutionProvider"

_PLUGINS = {"onnxruntime_ep_openvino": OPENVINO}
"""Packages with a plug-in provider, and the provider's name (`docs/decisions/0020-engine-tuning.md`)."""

_REMOTE = frozenset({"AzureExecutionProvider"})
"""Providers that send pictures to another machine; never used."""

_THREADED = frozenset({CPU, OPENVINO})
"""Providers for which the number of threads can be chosen."""

_registration_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Engine:
    """A way to run a network.

    Attributes:
        provider: ONNX Runtime's name of the execution provider.
        threads: Threads within an operation; 0 if the provider decides.
        exact: Whether the provider must compute with 32-bit floats where it would choose fewer bits.
        spins: Whether idle threads spin: they start sooner, but keep a core busy.
    """

    provider: str = CPU
    threads: int = 1
    exact: bool = True
    spins: bool = False

    def __str__(self) -> str:
        name = self.provider.removesuffix("ExecutionProvider")
        threads = f", {self.threads} thread{'s' * (self.threads > 1)}" if self.threads else ""
        return f"{name}{threads}{', spinning' * self.spins}{'' if self.exact else ', reduced precision'}"


def engines(cores: int) -> list[Engine]:
    """All engines of this machine and its installed packages, the CPU with one thread first.

    Args:
        cores: The most threads to list.
    """
    found = []
    for provider in providers():
        threads = range(1, cores + 1) if provider in _THREADED else (0,)
        precisions = (True,) if provider == CPU else (True, False)
        found += [Engine(provider, count, exact) for exact in precisions for count in threads]
        if provider == CPU:
            found += [Engine(provider, count, spins=True) for count in threads if count > 1]
    return found


@cache
def providers() -> tuple[str, ...]:
    """The usable execution providers, the CPU first."""
    import onnxruntime

    built_in = [name for name in onnxruntime.get_available_providers() if name not in {CPU, *_REMOTE}]
    plugged_in = [name for package, name in _PLUGINS.items() if name not in built_in and _devices(package, name)]
    return CPU, *built_in, *plugged_in


def session_options(engine: Engine) -> tuple[Any, list[str]]:
    """The options with which to open a session on an engine.

    Args:
        engine: The engine.

    Returns:
        ONNX Runtime's `SessionOptions`, and the names of the built-in providers to pass with them; none for a plug-in
        provider, which is part of the options.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # ONNX Runtime's memory arena makes no network here faster, and takes 7 MB more for each.
    options.enable_cpu_mem_arena = False
    options.add_session_config_entry("session.intra_op.allow_spinning", str(int(engine.spins)))
    if engine.threads:
        options.intra_op_num_threads = engine.threads
    package = next((package for package, name in _PLUGINS.items() if name == engine.provider), None)
    devices = _devices(package, engine.provider) if package else []
    if not devices:
        return options, [engine.provider] if engine.provider == CPU else [engine.provider, CPU]
    cpu = {"INFERENCE_NUM_THREADS": engine.threads} | ({"INFERENCE_PRECISION_HINT": "f32"} if engine.exact else {})
    options.add_provider_for_devices(devices[:1], {"load_config": json.dumps({"CPU": cpu})})
    return options, []


def _devices(package: str, provider: str) -> list[Any]:
    """The devices that a plug-in provider supports here, the CPU first; OpenVINO supports Intel CPUs only."""
    import onnxruntime

    if importlib.util.find_spec(package) is None:
        return []
    with _registration_lock:
        known = {device.ep_name for device in onnxruntime.get_ep_devices()}
        if provider not in known:
            plugin = importlib.import_module(package)
            try:
                onnxruntime.register_execution_provider_library(provider, plugin.get_library_path())
            except _registration_errors() as error:
                log.debug("%s is not registered: %s", package, error)
    devices = [device for device in onnxruntime.get_ep_devices() if device.ep_name == provider]
    return sorted(devices, key=lambda device: not str(device.device.type).endswith("CPU"))


def _registration_errors() -> tuple[type[Exception], ...]:
    from onnxruntime.capi import onnxruntime_pybind11_state as native

    return (native.Fail, native.InvalidArgument, native.NoSuchFile, FileNotFoundError)
