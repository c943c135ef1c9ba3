"""The calibration page: error rates of the enrolled gallery and the operating point."""
