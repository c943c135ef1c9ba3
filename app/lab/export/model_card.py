"""Model card of a training run, with the row for the manifest."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.lab.data.faces import MEAN, SCALE
from app.lab.networks.architecture import Architecture


@dataclass(frozen=True, slots=True)
class ModelCard:
    """Content of a card.

    Attributes:
        made: How the weights were made, in a few words.
        config: All settings of the run.
        faces: Number of training faces.
        people: Number of people in them.
        figures: Measured accuracy.
    """

    made: str
    config: dict[str, Any]
    faces: int
    people: int
    figures: dict[str, Any]


def write_model_card(path: Path, card: ModelCard, architecture: Architecture, sha256: str) -> None:
    """Write a card in Markdown.

    Args:
        path: The card.
        card: Its content.
        architecture: Architecture of the model.
        sha256: Hash of the model's file.
    """
    height, width = architecture.input_size
    rows = {
        "Made": f"{card.made}, on {card.faces} faces of {card.people} people",
        "Input": f"`faces`: (n, {height}, {width}, 3) uint8, RGB",
        "Output": f"`embeddings`: (n, {architecture.embedding}) float32, of length 1",
        "sha256": f"`{sha256}`",
        "Licence": "that of the weights and pictures it was made from; enter it here",
    }
    lines = [f"# {path.stem}", "", "| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows.items())]
    lines += ["", "## Measured", "", "```json", json.dumps(card.figures, indent=1), "```"]
    lines += ["", "## How it was made", "", "```json", json.dumps(card.config, indent=1), "```"]
    lines += ["", "## Limits", "", _LIMITS, "", "## Row for the manifest", "", "```toml"]
    lines += [*_row(path, architecture, sha256), "```", ""]
    path.write_text("\n".join(lines), "utf-8")


_LIMITS = """A network knows the kind of people, pictures and light that it learnt from, and errs more on others.
Measure it on your own people before you rely on it. It does not tell a face from a picture of one."""


def _row(path: Path, architecture: Architecture, sha256: str) -> list[str]:
    return [
        "[models.NAME]",
        'kind = "embedder"',
        f'file = "{path.with_suffix(".onnx").name}"',
        f'sha256 = "{sha256}"',
        f"input_size = {list(architecture.input_size)}",
        'takes = "pixels"',
        'colour = "RGB"',
        f"mean = {MEAN}",
        f"scale = {SCALE}",
        f"embedding_size = {architecture.embedding}",
        'licence = "…"',
        'origin = "…"',
        f'card = "{path.name}"',
        "# and the thresholds that “facelatch evaluate all-pairs” prints",
    ]
