"""Devices and processes of a training."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import torch
from torch import Tensor, distributed, nn

from app.lab.errors import NoGpu, TooLittleMemory

CPU = torch.device("cpu")
_CPU_EXHAUSTED = "can't allocate memory"
"""Message of PyTorch's CPU allocator; its error has no type of its own."""


DeviceName = Literal["auto", "cpu", "cuda"]
"""Choices of a device; "auto" takes a GPU if there is one."""


def select_device(name: DeviceName) -> torch.device:
    """Return the device of this process; each of several processes on one machine has its own GPU.

    Raises:
        NoGpu: A GPU was requested, and PyTorch finds none, or too few for this process.
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
    """Turn out-of-memory errors of a training step into `TooLittleMemory`.

    Args:
        batch: Faces a step, for the message.

    Raises:
        TooLittleMemory: The step does not fit into memory.
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
    """One process among those that share a training.

    Args:
        rank: Number of this process.
        count: Number of processes.
        device: Device of this process.
    """

    def __init__(self, rank: int = 0, count: int = 1, device: torch.device = CPU) -> None:
        self.rank = rank
        self.count = count
        self.device = device

    @property
    def first(self) -> bool:
        """Whether this process writes files and reports."""
        return self.rank == 0

    def wrap(self, model: nn.Module) -> nn.Module:
        """Return a model whose gradients are averaged over all processes."""
        if self.count == 1:
            return model
        return nn.parallel.DistributedDataParallel(model)

    def mean(self, value: Tensor) -> Tensor:
        """Return the mean of a value over all processes."""
        if self.count == 1:
            return value
        total = value.clone()
        distributed.all_reduce(total)
        return total / self.count


@contextmanager
def join_process_group(device: torch.device = CPU) -> Iterator[ProcessGroup]:
    """Join the processes that `torchrun` started, through NCCL on GPUs and gloo elsewhere; a single process otherwise.

    Args:
        device: Device of this process.
    """
    count = int(os.environ.get("WORLD_SIZE", "1"))
    if count == 1:
        yield ProcessGroup(device=device)
        return
    distributed.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        yield ProcessGroup(distributed.get_rank(), count, device)
    finally:
        distributed.destroy_process_group()
