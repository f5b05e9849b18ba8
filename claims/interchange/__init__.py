"""Formats that claims leave and arrive in, one module each; `store` selects and brings in."""
