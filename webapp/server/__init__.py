"""Serving as a program: the start, gevent's server with limits, and an orderly end.

Only ``wsgi.py`` imports this package, after it has patched for gevent. It may import everything;
nothing else may import it, so that tests and other servers run the application without it.
"""
