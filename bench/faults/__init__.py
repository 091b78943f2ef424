"""The 36 faults of servers, networks and people that a writer of descriptions has to bear, each a small program."""
