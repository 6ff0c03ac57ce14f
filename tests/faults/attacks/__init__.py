"""What one hostile client sends: the rows of the table in docs/reliability.md.

Each module has ``ROWS``. An attack runs in a process of its own and may take a minute; its
connections end with it.
"""
