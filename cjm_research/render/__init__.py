"""HTML parts of the reports: pure functions from tables to self-contained strings without JavaScript."""
