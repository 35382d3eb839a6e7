"""Values to the words that officials read in a chat."""
