import pytest

from app.core.errors import CameraBusy, CameraLost
from tests.fakes.camera import Black, End, Lose, ManualClock, ScriptedSource, Show, Stall, plain


def test_timestamps_rise_even_if_the_clock_does_not() -> None:
    source = ScriptedSource([Show(plain(), 3)], ManualClock(start_ns=5), interval=1e-12)
    with source:
        frames = [source.read() for _ in range(3)]
    assert [frame.captured_ns for frame in frames if frame] == [5, 6, 7]


def test_a_source_that_fails_to_open_is_closed() -> None:
    source = ScriptedSource([], ManualClock(), refuses=CameraBusy(camera="0"))
    with pytest.raises(CameraBusy), source:
        pytest.fail("it opened")
    assert source.closed_times == 1
    with pytest.raises(CameraLost):
        source.open()


def test_leaving_the_block_closes_the_source() -> None:
    source = ScriptedSource([Show(plain())], ManualClock())
    with pytest.raises(KeyError), source:
        raise KeyError
    assert source.closed_times == 1


def test_a_script_is_carried_out_step_by_step() -> None:
    clock = ManualClock(start_ns=0)
    source = ScriptedSource([Show(plain()), Stall(4.0), Black(2), Lose(), Show(plain()), End()], clock, interval=1.0)
    with source:
        frames = [source.read() for _ in range(3)]
        with pytest.raises(CameraLost) as caught:
            source.read()
        last = source.read()
        assert source.read() is None
        assert source.read() is None
    assert [(f.captured_ns // 10**9, int(f.image.max())) for f in frames if f] == [(1, 255), (6, 0), (7, 0)]
    assert last is not None
    assert last.id == 4
    assert "Scripted" in caught.value.message
