"""Exporters: one file per format that a dictionary leaves in."""
