"""The user interface: windows, pages and widgets. The only package that imports Qt."""
