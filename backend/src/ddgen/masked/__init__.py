"""From a dictionary to one that may be shown: personal values are kept out of it, everywhere, by what is claimed."""
