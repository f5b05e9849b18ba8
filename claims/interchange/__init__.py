"""Formats that claims leave and arrive in (`formats/`), what leaves (`exports`), and how files come in (`imports/`)."""
