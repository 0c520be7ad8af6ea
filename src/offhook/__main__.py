"""`python -m offhook` is `offhook`."""

import sys

from offhook.cli.main import main

__all__: list[str] = []

sys.exit(main())
