"""End-to-end tests of the program in its own processes."""
