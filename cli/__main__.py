"""`python -m cli` is `herdbook`."""

from cli.main import main

main()
