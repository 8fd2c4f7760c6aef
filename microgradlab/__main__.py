"""`python -m microgradlab` is the command line."""

import sys

from microgradlab.cli import main

if __name__ == "__main__":
    sys.exit(main())
