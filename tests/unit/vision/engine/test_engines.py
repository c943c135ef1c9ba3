import importlib
import sys
from collections.abc import Iterator

import onnxruntime
import pytest

from app.vision.engine import engines as module
from app.vision.engine.engines import CPU, OPENVINO, Engine, engines, providers, session_options


@pytest.fixture
def cleared_cache() -> Iterator[None]:
    providers.cache_clear()
    yield
    providers.cache_clear()


def offer(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: list(names))
    monkeypatch.setattr(module, "_PLUGINS", {})


@pytest.mark.usefixtures("cleared_cache")
def test_the_plain_cpu_comes_first_with_every_number_of_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, "CUDAExecutionProvider", CPU)
    assert engines(3) == [
        Engine(CPU, 1),
        Engine(CPU, 2),
        Engine(CPU, 3),
        Engine(CPU, 2, spins=True),
        Engine(CPU, 3, spins=True),
        Engine("CUDAExecutionProvider", 0),
        Engine("CUDAExecutionProvider", 0, exact=False),
    ]


@pytest.mark.usefixtures("cleared_cache")
def test_no_provider_sends_pictures_away(monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, "AzureExecutionProvider", CPU)
    assert providers() == (CPU,)


@pytest.mark.usefixtures("cleared_cache")
def test_a_plug_in_that_is_not_installed_is_not_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, CPU)
    monkeypatch.setattr(module, "_PLUGINS", {"no_such_package_at_all": "ImaginaryExecutionProvider"})
    assert providers() == (CPU,)


@pytest.mark.usefixtures("cleared_cache")
@pytest.mark.parametrize(
    ("provider", "said"),
    [
        ("CUDAExecutionProvider", "CUDA"),
        ("TensorrtExecutionProvider", "Tensorrt"),
        ("DmlExecutionProvider", "Dml"),
        ("CoreMLExecutionProvider", "CoreML"),
        ("QNNExecutionProvider", "QNN"),
    ],
)
def test_a_built_in_provider_is_found_by_its_name_and_nothing_is_imported_for_it(
    monkeypatch: pytest.MonkeyPatch, provider: str, said: str
) -> None:
    def refuse(name: str, *_: object) -> None:
        raise AssertionError(f"{name} was imported")

    offer(monkeypatch, provider, CPU)
    monkeypatch.setattr(importlib, "import_module", refuse)
    loaded = set(sys.modules)
    assert providers() == (CPU, provider)
    assert str(engines(1)[1]) == said
    assert session_options(engines(1)[1])[1] == [provider, CPU]
    assert set(sys.modules) == loaded


def test_an_engine_has_a_readable_name() -> None:
    assert str(Engine()) == "CPU, 1 thread"
    assert str(Engine(threads=2, spins=True)) == "CPU, 2 threads, spinning"
    assert str(Engine(OPENVINO, 2, exact=False)) == "OpenVINO, 2 threads, reduced precision"
    assert str(Engine("CUDAExecutionProvider", 0)) == "CUDA"


def test_options_carry_the_threads_and_name_the_cpu_behind_every_other() -> None:
    options, names = session_options(Engine(threads=3))
    assert (options.intra_op_num_threads, options.inter_op_num_threads, names) == (3, 1, [CPU])
    _, names = session_options(Engine("CUDAExecutionProvider", 0))
    assert names == ["CUDAExecutionProvider", CPU]
