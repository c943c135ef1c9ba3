"""Commands of the lab: training, multi-task, studies."""
