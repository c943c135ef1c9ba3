"""Whether an exported file answers as its network does."""

import numpy as np
import torch

from app.core.errors import ModelIncompatible
from app.core.i18n import QT_TRANSLATE_NOOP
from app.lab.data.faces import MEAN, SCALE
from app.lab.networks.mobilefacenet import FaceNetwork
from app.vision.embedding import l2_normalize
from app.vision.engine.engines import CPU, Engine
from app.vision.engine.session import open_session

LEAST_COSINE = 0.999
LEAST_ROUNDED_COSINE = 0.98
"""Integer kernels round halves in another way here and there, and noise shows it most."""

_FACES = 8


@torch.no_grad()
def check_parity(network: FaceNetwork, content: bytes, *, rounded: bool) -> float:
    """Compare answers to smooth random pictures.

    Args:
        network: Left in the mode of evaluation.
        content: The file.
        rounded: Whether the file runs on integer kernels.

    Returns:
        The least cosine.

    Raises:
        ModelIncompatible: They differ.
    """
    pictures = smooth_pictures(network.architecture.input_size)
    wanted = l2_normalize(network.eval()((pictures - MEAN) / SCALE).numpy())
    pixels = pictures.permute(0, 2, 3, 1).contiguous().to(torch.uint8).numpy()
    found = open_session(content, "exported", Engine(CPU, 1)).run(pixels)
    least = float(np.min((wanted * found).sum(axis=1)))
    if least < (LEAST_ROUNDED_COSINE if rounded else LEAST_COSINE):
        raise ModelIncompatible(
            QT_TRANSLATE_NOOP("errors", "The exported file does not answer as the network: cosine {cosine:.4f}."),
            QT_TRANSLATE_NOOP("errors", "Please report this with the run's recipe."),
            cosine=least,
        )
    return least


def smooth_pictures(size: tuple[int, int]) -> torch.Tensor:
    """Eight random pictures, the same every time: (8, 3, height, width) float32, whole numbers from 0 to 255."""
    coarse = torch.randint(0, 256, (_FACES, 3, 8, 8), generator=torch.Generator().manual_seed(0)).float()
    return torch.nn.functional.interpolate(coarse, size=size, mode="bilinear").round()
