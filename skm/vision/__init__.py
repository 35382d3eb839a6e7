"""What a camera sees of a paper form: pictures → measures. Needs the extra `paper`."""
