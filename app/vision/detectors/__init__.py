"""Face detection and landmarks: detector ports, MediaPipe's graph, and its networks run directly."""
