"""What continues what from one dictionary to the next: tables, fields of another name, and texts that may be stale."""
