"""The live loop: a thread that owns the camera, a thread that owns the networks, and one place between them."""
