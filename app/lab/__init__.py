"""PyTorch lives here: networks that train, and what makes models of them. Needs the extra `lab`."""
