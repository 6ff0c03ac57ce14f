"""Fakes for slow or remote parts."""
