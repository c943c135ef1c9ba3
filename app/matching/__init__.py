"""Comparing embeddings: the gallery, operating points, and the statistics behind them."""
