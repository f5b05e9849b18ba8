"""Dates in the desk's boxes are ISO dates in English, so that nobody takes the month for the day."""

DATE_INPUT_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y"]
