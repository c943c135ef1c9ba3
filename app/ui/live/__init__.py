"""What is in front of the camera, who it is, and how long that took to find out."""
