"""Which data about people is kept, for how long, and which figures may be shown."""
