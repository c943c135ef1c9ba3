from app.camera.reopening import Backoff


def test_waits_double_up_to_five_seconds() -> None:
    backoff = Backoff()
    assert [backoff.next_wait() for _ in range(6)] == [0.5, 1.0, 2.0, 4.0, 5.0, 5.0]


def test_begins_anew_after_a_success() -> None:
    backoff = Backoff()
    backoff.next_wait()
    backoff.next_wait()
    backoff.reset()
    assert backoff.next_wait() == 0.5
