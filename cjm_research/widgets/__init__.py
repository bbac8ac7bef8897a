"""Widgets for notebooks: they show and report; what is decided happens in plain functions."""
