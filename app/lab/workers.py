"""The processes that share a training: one alone, or as many as `torchrun` starts."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, distributed, nn

from app.lab.devices import CPU


class Workers:
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
def joined_workers(device: torch.device = CPU) -> Iterator[Workers]:
    """Join the processes that `torchrun` started, through NCCL on GPUs and gloo elsewhere; alone without it."""
    count = int(os.environ.get("WORLD_SIZE", "1"))
    if count == 1:
        yield Workers(device=device)
        return
    distributed.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        yield Workers(distributed.get_rank(), count, device)
    finally:
        distributed.destroy_process_group()
