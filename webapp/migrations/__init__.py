"""The steps that bring a database to the tables of ``webapp.database`` (Alembic)."""
