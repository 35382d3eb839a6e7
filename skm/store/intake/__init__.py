"""What offices brought in: batches, how they are stored, taken back and written out again."""
