"""Officials, subscriptions, deliveries, the audit log."""
