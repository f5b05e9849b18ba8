"""Long trials of what a site survives, by command: python -m tests.endurance kills --times 100 (docs/operating.md)."""
