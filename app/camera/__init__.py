"""Frame sources behind one port: webcams, video files, network streams, pictures and the demo."""
