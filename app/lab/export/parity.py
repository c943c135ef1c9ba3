"""Comparison of an exported file's outputs with those of its network."""

import numpy as np
import torch
from torch import Tensor

from app.core.errors import ModelIncompatible
from app.core.i18n import QT_TRANSLATE_NOOP
from app.lab.data.faces import MEAN, SCALE
from app.lab.networks.mobilefacenet import FaceNetwork
from app.lab.networks.two_heads import TwoHeadNetwork, landmark_points, presence_logits
from app.vision.embedding import l2_normalize
from app.vision.engine.engines import CPU, Engine
from app.vision.engine.session import open_session

LEAST_COSINE = 0.999
_MOST_PIXELS = 0.1
_MOST_PRESENCE = 0.01
LEAST_QUANTISED_COSINE = 0.98
"""Integer kernels round some halves differently, which random pictures show most."""

_FACES = 8


@torch.no_grad()
def check_parity(network: FaceNetwork, content: bytes, *, quantised: bool) -> float:
    """Compare the embeddings of smooth random pictures.

    Args:
        network: Left in evaluation mode.
        content: The exported file.
        quantised: Whether the file is quantised.

    Returns:
        The lowest cosine.

    Raises:
        ModelIncompatible: The outputs differ by more than rounding.
    """
    pictures = smooth_pictures(network.architecture.input_size)
    expected = l2_normalize(network.eval()((pictures - MEAN) / SCALE).numpy())
    pixels = pictures.permute(0, 2, 3, 1).contiguous().to(torch.uint8).numpy()
    exported = open_session(content, "exported", Engine(CPU, 1)).run(pixels)
    least = float(np.min((expected * exported).sum(axis=1)))
    if least < (LEAST_QUANTISED_COSINE if quantised else LEAST_COSINE):
        raise ModelIncompatible(
            QT_TRANSLATE_NOOP("errors", "The exported file's output differs from the network's: cosine {cosine:.4f}."),
            QT_TRANSLATE_NOOP("errors", "Please report this with the run's recipe."),
            cosine=least,
        )
    return least


def smooth_pictures(size: tuple[int, int]) -> torch.Tensor:
    """Return eight fixed random pictures, (8, 3, height, width) float32, whole numbers from 0 to 255."""
    coarse = torch.randint(0, 256, (_FACES, 3, 8, 8), generator=torch.Generator().manual_seed(0)).float()
    return torch.nn.functional.interpolate(coarse, size=size, mode="bilinear").round()


@torch.no_grad()
def check_detection_parity(network: TwoHeadNetwork | FaceNetwork, content: bytes) -> float:
    """Compare a file's answers to smooth random pictures with its network's.

    Args:
        network: Left in the mode of evaluation.
        content: The file.

    Returns:
        The most that a landmark differs, in pixels.

    Raises:
        ModelIncompatible: They differ by more than rounding does.
    """
    face = network.face if isinstance(network, TwoHeadNetwork) else network
    pictures = smooth_pictures(face.architecture.input_size)
    pixels = pictures.permute(0, 2, 3, 1).contiguous().to(torch.uint8).numpy()
    exported = open_session(content, "exported", Engine(CPU, 1)).run_all(pixels)
    network_outputs = network.eval()((pictures - MEAN) / SCALE)
    outputs: Tensor = network_outputs if isinstance(network_outputs, Tensor) else network_outputs[1]
    cosine = 1.0
    if not isinstance(network_outputs, Tensor):
        cosine = float((l2_normalize(network_outputs[0].numpy()) * exported.pop(0)).sum(axis=1).min())
    presence_error = float(np.abs(presence_logits(outputs).sigmoid().numpy() - exported[0][:, 0]).max())
    landmark_error = float(np.abs(landmark_points(outputs, pictures.shape[-1]).numpy() - exported[1]).max())
    if not (cosine >= LEAST_COSINE and presence_error <= _MOST_PRESENCE and landmark_error <= _MOST_PIXELS):
        raise ModelIncompatible(
            QT_TRANSLATE_NOOP(
                "errors",
                "The exported file's output differs from the network's: cosine {cosine:.4f}, landmarks {away:.2f} px.",
            ),
            QT_TRANSLATE_NOOP("errors", "Please report this with the run's recipe."),
            cosine=cosine,
            away=landmark_error,
        )
    return landmark_error
