import time

from app.core.process import age_s


def test_a_process_grows_older() -> None:
    first = age_s()
    time.sleep(0.05)
    second = age_s()
    assert first is not None
    assert second is not None
    assert 0 < first < second < first + 60
