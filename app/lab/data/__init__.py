"""Training data: aligned faces, RecordIO, augmentation, composite pictures."""
