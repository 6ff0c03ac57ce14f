"""The steps that bring a database to the tables of ``webapp.database`` (Alembic).

A step that was released never changes. A step imports no table of ours, because tables change.
"""
