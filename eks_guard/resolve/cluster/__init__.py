"""The clusters themselves: their spellings, their settings, and what talks to each."""
