"""Profiling: facts of every field path, measured over the whole input in one pass at constant memory."""
