"""What ONNX Runtime can run a network on, here."""

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
"""Packages that bring a provider along, and its name (`docs/decisions/0020-engine-tuning.md`)."""

_REMOTE = frozenset({"AzureExecutionProvider"})
"""Providers that send pictures to another machine: never used."""

_THREADED = frozenset({CPU, OPENVINO})
"""Providers for which the number of threads is ours to say."""

_registration_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Engine:
    """A way to run a network.

    Attributes:
        provider: As ONNX Runtime names it.
        threads: Within an operation; 0 where it is not ours to say.
        exact: Whether the provider must calculate with 32 bits where it would choose fewer.
        spins: Whether threads wait for work by going round: sooner there, but a core is busy for nothing.
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
    """Every engine that this machine and what is installed on it offer, the plain CPU first.

    Nothing is imported that is not there, and nothing that is there is run.

    Args:
        cores: The most threads to try.
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
    """The providers that can be used, the CPU first."""
    import onnxruntime

    built_in = [name for name in onnxruntime.get_available_providers() if name not in {CPU, *_REMOTE}]
    plugged_in = [name for package, name in _PLUGINS.items() if name not in built_in and _devices(package, name)]
    return CPU, *built_in, *plugged_in


def session_options(engine: Engine) -> tuple[Any, list[str]]:
    """What a session of this engine is made with.

    Returns:
        ONNX Runtime's `SessionOptions`, and the names of the built-in providers to pass beside them; none for a
        plug-in, which the options name already.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # ONNX Runtime's own store of memory makes no network here faster, and holds 7 MB more for each.
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
    """The devices that a plug-in offers here, its CPU first: OpenVINO's, for one, takes no CPU but Intel's."""
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
