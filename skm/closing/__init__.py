"""What is frozen and published when a period is closed."""
