"""What is sent without being asked: digests, alerts, reminders."""
