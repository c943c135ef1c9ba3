"""How fast the program is on this machine: stage by stage, at its start, and beside others."""
