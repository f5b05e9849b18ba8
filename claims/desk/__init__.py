"""The editors' desk: Django's admin, configured. What may happen to a claim is in workflow/."""
