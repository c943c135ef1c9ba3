import numpy as np
import pytest

from app.lab.export.slope_groups import LANES, group_slopes


def _slopes(channels: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.random.default_rng(5).uniform(-1, 1, (channels, 2)).astype(np.float32)


def _spread(slopes: np.ndarray[tuple[int, ...], np.dtype[np.float32]], groups: int, *, pinned: bool = False) -> float:
    group, centres = group_slopes(slopes, groups, pinned=pinned)
    return float(((slopes - centres[group]) ** 2).mean())


@pytest.mark.parametrize("pinned", [True, False])
@pytest.mark.parametrize("channels", [64, 128, 256])
def test_groups_fill_whole_lanes(channels: int, pinned: bool) -> None:
    group, centres = group_slopes(_slopes(channels), 3, pinned=pinned)
    assert (np.bincount(group) % LANES == 0).all()
    assert centres.shape == (3, 2)
    assert (centres[0] == 0).all() == pinned


def test_more_groups_fit_better() -> None:
    slopes = _slopes(128)
    spreads = [_spread(slopes, groups) for groups in (1, 2, 4, 8)]
    assert spreads == sorted(spreads, reverse=True)
    assert spreads[-1] < spreads[0] / 3


def test_clear_groups_are_found_in_any_order() -> None:
    truth = np.random.default_rng(6).permutation(np.repeat([0, 1], 32))
    slopes = np.where(truth[:, None] == 1, 0.8, -0.6).astype(np.float32)
    group, centres = group_slopes(slopes, 2, pinned=False)
    assert len({*zip(truth.tolist(), group.tolist(), strict=True)}) == 2
    assert np.allclose(np.sort(centres[:, 0]), [-0.6, 0.8])


def test_channel_counts_that_fill_no_lanes_are_grouped() -> None:
    group, _ = group_slopes(_slopes(21), 2, pinned=True)
    assert len(group) == 21
