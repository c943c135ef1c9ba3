"""Statistics of verification and identification: thresholds, error rates, DET curves, bootstrap."""
