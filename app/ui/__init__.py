"""The window: Qt and nothing else. It shows what the pipeline and the services say, and asks them for things."""
