"""The shipped network rounded as it is, from pictures to figures."""

from pathlib import Path

import onnx

from tests.unit.cli.conftest import Command
from tests.unit.cli.synthetic_people import write_people


def test_the_shipped_network_is_rounded_and_measured(tmp_path: Path, command: Command) -> None:
    people, model = tmp_path / "people", tmp_path / "rounded.onnx"
    write_people(people, people=3, pictures=2)
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text("person00/0.png\tperson00/1.png\t1\nperson01/0.png\tperson00/1.png\t0\n")
    told = command(
        "lab", "quantise", "--images", people, "--output", model, "--held-out", pairs, "--faces", 2, "--json"
    )
    assert told.code == 0, told.err
    assert told.json["bytes"] == model.stat().st_size < 0.4 * told.json["bytes_before"]
    assert 0.8 < told.json["least_cosine"] <= told.json["rounded"]["agreement"] < 1
    assert told.json["before"]["genuine"] == told.json["rounded"]["genuine"] == 2
    kinds = {node.op_type for node in onnx.load(str(model)).graph.node}
    assert {"QuantizeLinear", "DequantizeLinear"} <= kinds
    refused = command("lab", "quantise", "--images", people, "--output", tmp_path / "nowhere" / "model.onnx")
    assert refused.code == 3
