"""Studies of many small trainings: ablation, architecture search, multi-task comparison."""
