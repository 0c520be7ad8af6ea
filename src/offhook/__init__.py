"""offhook joins desk phones and PCs by two small protocols, without touching the PBX.

Where to read on: ``ARCHITECTURE.md`` for the parts, or the docstring of each package. Importing this package
imports nothing else.
"""

__all__ = ["__version__"]

__version__ = "0.1.0"
