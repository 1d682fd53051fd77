"""Python, read from tree-sitter's trees. `dialect` is the way in."""
