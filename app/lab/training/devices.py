"""Where the lab computes, and what is said when a step does not fit there."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import torch
from torch import Tensor, distributed, nn

from app.lab.errors import NoGpu, TooLittleMemory

CPU = torch.device("cpu")
_CPU_EXHAUSTED = "can't allocate memory"
"""What PyTorch's allocator for the CPU says; its error has no type of its own."""


DeviceName = Literal["auto", "cpu", "cuda"]
"""What can be asked for: "auto" takes a GPU where there is one."""


def select_device(name: DeviceName) -> torch.device:
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
def report_memory_exhaustion(batch: int) -> Iterator[None]:
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


class ProcessGroup:
    """One process among those that share the work.

    Args:
        rank: Which one this is.
        count: How many there are.
        device: Where this one computes.
    """

    def __init__(self, rank: int = 0, count: int = 1, device: torch.device = CPU) -> None:
        self.rank = rank
        self.count = count
        self.device = device

    @property
    def first(self) -> bool:
        """Whether this one writes and speaks for all."""
        return self.rank == 0

    def wrap(self, model: nn.Module) -> nn.Module:
        """A model whose gradients are the mean of all processes'."""
        if self.count == 1:
            return model
        return nn.parallel.DistributedDataParallel(model)

    def mean(self, value: Tensor) -> Tensor:
        """Of a value that each process has."""
        if self.count == 1:
            return value
        total = value.clone()
        distributed.all_reduce(total)
        return total / self.count


@contextmanager
def join_process_group(device: torch.device = CPU) -> Iterator[ProcessGroup]:
    """Join the processes that `torchrun` started, through NCCL on GPUs and gloo elsewhere; alone without it."""
    count = int(os.environ.get("WORLD_SIZE", "1"))
    if count == 1:
        yield ProcessGroup(device=device)
        return
    distributed.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        yield ProcessGroup(distributed.get_rank(), count, device)
    finally:
        distributed.destroy_process_group()
