"""What officials are sent: digests, alerts, reminders."""
