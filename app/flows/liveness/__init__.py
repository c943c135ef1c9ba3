"""State machines for liveness: movement challenges, light sequences, the guided liveness test."""
