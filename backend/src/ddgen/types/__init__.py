"""Declarations of what values mean, the words of business, and how both are recognised."""
