"""Sources: one file per kind of input, each turning a spec into relations."""
