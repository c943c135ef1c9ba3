"""Where the lab computes, and what is said when a step does not fit there."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import torch

from app.lab.errors import NoGpu, TooLittleMemory

CPU = torch.device("cpu")
_CPU_EXHAUSTED = "can't allocate memory"
"""What PyTorch's allocator for the CPU says; its error has no type of its own."""


DeviceName = Literal["auto", "cpu", "cuda"]
"""What can be asked for: "auto" takes a GPU where there is one."""


def chosen_device(name: DeviceName) -> torch.device:
    """The device of this process; of several processes on one machine, each has a GPU of its own.

    Raises:
        NoGpu: One was asked for, and PyTorch finds none, or too few for this process.
    """
    if name == "cpu":
        return CPU
    rank, count = int(os.environ.get("LOCAL_RANK", "0")), torch.cuda.device_count()
    if rank < count:
        return torch.device("cuda", rank)
    if name == "cuda":
        raise NoGpu(needed=rank + 1, found=count, version=torch.__version__)
    return CPU


@contextmanager
def within_memory(batch: int) -> Iterator[None]:
    """Say in words that a step of so many faces does not fit.

    Raises:
        TooLittleMemory: It does not.
    """
    try:
        yield
    except (MemoryError, torch.OutOfMemoryError) as error:
        raise TooLittleMemory(batch=batch) from error
    except RuntimeError as error:
        if _CPU_EXHAUSTED not in str(error):
            raise
        raise TooLittleMemory(batch=batch) from error
