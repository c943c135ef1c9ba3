"""Comparison of embeddings: the gallery, thresholds, the match decision, and the calibration of a gallery."""
