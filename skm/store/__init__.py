"""What is remembered: the database, its schema, and one small repository per noun."""
