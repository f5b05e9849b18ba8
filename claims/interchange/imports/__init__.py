"""Files into the database: opened, understood, turned into records or rows, and added. Nothing here is overwritten."""
