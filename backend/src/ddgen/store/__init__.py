"""Dictionaries that stay: versions, what people said of them, runs, and who did what.

`store.Store` is the door; nothing else needs to be known outside. Nothing heavy is imported until it is opened.
"""
