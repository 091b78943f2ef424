"""What changed between two dictionaries, and how bad that is for who reads the data."""
