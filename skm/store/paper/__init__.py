"""Paper forms that were read: batches, sheets, and the responses they become."""
