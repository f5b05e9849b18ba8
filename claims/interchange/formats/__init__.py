"""The formats, one module each: pure functions of records to bytes, and back where others write them."""
