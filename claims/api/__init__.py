"""The read-only JSON API, made from publications alone: /api/v1/, and Google's claims:search beside it."""
