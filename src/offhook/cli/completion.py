"""`offhook completion SHELL`: a script that lets a shell complete commands and flags; offhook does not run then."""

import argparse
import sys

import shtab

from offhook.cli.main import build_parser

__all__ = ["run"]


def run(arguments: argparse.Namespace) -> int:
    """Print the script."""
    sys.stdout.write(shtab.complete(build_parser(), arguments.shell) + "\n")
    return 0
