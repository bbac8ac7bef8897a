"""Where people's decisions are kept: rows are added and never changed, in SQLite or PostgreSQL.

Nothing is imported here: SQLAlchemy takes a while, and a study without decisions does without.
"""
