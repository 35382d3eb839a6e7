"""Files of answers that officials send: the preview, what they decide, taking back."""
