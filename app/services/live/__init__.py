"""Live recognition of a camera: pipelines, pacing, the demo."""
