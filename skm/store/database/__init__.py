"""Engine, transactions, the single writer, errors, migrations."""
