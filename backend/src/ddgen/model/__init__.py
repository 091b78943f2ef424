"""What a dictionary is: plain data that every other layer speaks of (standard library and pydantic only)."""
