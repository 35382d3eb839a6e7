"""A process that runs: settings, logs, metrics, stopping."""
