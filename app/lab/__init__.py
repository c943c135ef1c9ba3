"""Training and export of networks with PyTorch. Needs the extra `lab`."""
