"""Training: supervised, distillation, multi-task; losses, checkpoints, devices."""
