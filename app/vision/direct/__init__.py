"""MediaPipe's face networks without MediaPipe: the same networks and rules, on an engine of our choice."""
