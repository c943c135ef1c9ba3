"""Where frames come from: webcams, video files, network streams, pictures and the demo, behind one port."""
