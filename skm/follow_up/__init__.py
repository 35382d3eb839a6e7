"""What is done about the weakest unsur."""
