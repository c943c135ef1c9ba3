"""The program as a whole, in processes of its own."""
