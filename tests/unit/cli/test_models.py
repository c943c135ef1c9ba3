from tests.unit.cli.conftest import Command


def test_tuning_selects_an_engine_per_network(command: Command) -> None:
    report = command("models", "tune", "--quick", "--json").json
    assert set(report["chosen"]) == {"mobilefacenet", "face_mesh"}
    assert report["landmarks"]["agreement"] > 0.99
    engines = {trial["engine"]["provider"] for trial in report["trials"]}
    assert "CPUExecutionProvider" in engines


def test_tuning_report_as_text(command: Command) -> None:
    shown = command("models", "tune", "--quick").out
    assert "CPU, 1 thread" in shown
    assert "chosen" in shown
    assert "MediaPipe" in shown
