"""The live page: camera picture, verdict, latency, recent decisions, challenge."""
