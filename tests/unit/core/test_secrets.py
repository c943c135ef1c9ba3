import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.core.secrets import redact


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("rtsp://cam.local:554/live", "rtsp://cam.local:554/live"),
        ("rtsp://admin:hunter2@cam.local:554/live", "rtsp://***@cam.local:554/live"),
        ("rtsp://admin@cam.local/live", "rtsp://***@cam.local/live"),
        ("rtsp://admin:1234@cam.local/live", "rtsp://***@cam.local/live"),
        ("rtsp://admin:p@ss/w:rd#1@cam.local/live", "rtsp://***@cam.local/live"),
        ("http://cam.local/a@b", "http://cam.local/a@b"),
        ("http://cam.local/?user=a&password=hunter2&x=1", "http://cam.local/?user=a&password=***&x=1"),
        ("http://cam.local/?PWD=hunter2#t", "http://cam.local/?PWD=***#t"),
        ("no address", "no address"),
    ],
)
def test_redacted(address: str, shown: str) -> None:
    assert redact(address) == shown


@settings(max_examples=50, deadline=None)
@example("1/hunter2")
@example("\nhunter2?#@/")
@given(st.text(min_size=1).map(lambda text: f"{text}hunter2{text}"))
def test_no_password_is_ever_shown(password: str) -> None:
    assert "hunter2" not in redact(f"rtsp://admin:{password}@cam.local/live")
