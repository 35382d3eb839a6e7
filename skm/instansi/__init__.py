"""The organisation: units, collectors, officials, periods."""
