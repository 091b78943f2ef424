"""Semantics: what the measured facts mean. In this part: keys."""
