"""The import path that the documentation names."""
