"""Measurements, not tests: `make bench` prints them, each beside a yardstick of the same run."""
