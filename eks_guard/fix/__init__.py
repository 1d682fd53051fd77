"""From the finding to the patch: edits of the app's sources, never of its assembly."""
