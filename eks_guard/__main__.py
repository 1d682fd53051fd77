"""`python -m eks_guard`."""

from eks_guard.cli import main

main()
