"""What people decide on a dictionary: one by one, in bulk, and in files that come back."""
