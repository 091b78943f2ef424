"""The forms that the store has had, each a step from the one before, applied when a store is opened."""
