"""Recognition: gallery cache, matcher, comparison of pictures, calibration."""
