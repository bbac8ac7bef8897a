"""The tests: one file a module; each docstring is a promise."""
