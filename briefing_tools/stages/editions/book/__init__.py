"""Bind: a briefing as a book without a format, and the formats that are made of it: EPUB, text, Word, Braille, audio."""
