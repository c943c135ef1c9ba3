"""The live pipeline: a capture thread, a recognition thread that runs the frame path, and a slot between them."""
