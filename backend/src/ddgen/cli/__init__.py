"""The command line: one file a command, and what they share of terminal, progress and reporting."""
