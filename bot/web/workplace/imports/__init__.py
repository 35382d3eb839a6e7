"""Files of answers on the officials' pages: upload, preview, decisions, batches, taking back."""
