"""Rules on text: quotes and where they stand, sentences, words as they are searched. Pure."""
