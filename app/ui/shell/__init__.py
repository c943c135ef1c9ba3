"""The main window: session, navigation, status line, the Qt application and its language."""
