from app.core.i18n import QT_TRANSLATE_NOOP


def test_a_marked_text_stays_as_it_is() -> None:
    assert QT_TRANSLATE_NOOP("errors", "“{name}” is enrolled already.") == "“{name}” is enrolled already."
