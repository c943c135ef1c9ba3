"""Recipe of a small network for the tests of the lab's commands."""

RECIPE = {
    "steps": 60,
    "batch": 40,
    "rate": 0.1,
    "margin": 0.2,
    "last_margin": 0.2,
    "average": 0.9,
    "augmentations": ["flip", "brightness"],
    "architecture": {
        "stages": [
            {"expansion": 2, "channels": 24, "repeats": 1, "stride": 2},
            {"expansion": 2, "channels": 32, "repeats": 1, "stride": 2},
            {"expansion": 2, "channels": 48, "repeats": 2, "stride": 2},
        ],
        "stem": 16,
        "last": 128,
        "embedding": 64,
        "input_size": [48, 48],
    },
}
