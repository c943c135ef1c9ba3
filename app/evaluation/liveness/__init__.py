"""Presentation attack detection (ISO/IEC 30107-3): presentations, error rates, simulated attacks."""
