"""Commands of the evaluation: benchmarks, protocols, liveness."""
