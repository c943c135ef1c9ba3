"""The live page: picture, verdict, latency, recent decisions, challenge."""
