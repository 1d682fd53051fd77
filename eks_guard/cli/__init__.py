"""The command line: `options` and `plain` for a fast `check`, `app` for typer, and a file for each command."""
