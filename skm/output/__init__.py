"""What is handed out: bytes for people, made from values."""
