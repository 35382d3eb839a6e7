"""Paper forms: from a photo that was sent to a form in a batch, and what is asked about it."""
