"""Rules on evidence and verdicts, each in one place. Pure: no database, no request."""
