"""What officials ask: the command table, whether they may, and the answers."""
