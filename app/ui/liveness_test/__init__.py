"""The guided liveness test with the camera in use."""
