"""Arguments of `offhook fleet`.

Kept apart from what carries it out, so that nothing of that is imported to show a version or a usage.
"""

import argparse
import re

__all__ = ["add_fleet", "seconds"]

_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|min|h)?")
_UNITS = {"ms": 0.001, None: 1.0, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}


def seconds(text: str) -> float:
    """Read ``90``, ``90s``, ``1.5m`` or ``2h``; as argparse has it, an error is a ValueError."""
    matched = _DURATION.fullmatch(text.strip())
    if matched is None or not (value := float(matched[1]) * _UNITS[matched[2]]):
        raise argparse.ArgumentTypeError(f"{text!r} is no time; write it as in 90s, 10m or 2h")
    return value


def add_fleet(parser: argparse.ArgumentParser) -> None:
    """Add all of them."""
    parser.description = (
        "Virtual phones, each with an address of its own (127.x.y.z), that call each other as a call centre does, "
        "report to a console on this machine, and obey it. With --api the phones are set up there, and in the end what "
        "the console shows is compared with what is so: exit code 1 when it was wrong anywhere and sure of it."
    )
    parser.add_argument("--phones", type=int, default=100, metavar="N", help="how many (default 100)")
    parser.add_argument("--calls-per-second", type=_rate, default=None, metavar="N", help="default: a phone in 200")
    parser.add_argument(
        "--talk", type=seconds, default=90.0, metavar="TIME", help="mean length of a talk (default 90s)"
    )
    parser.add_argument("--answer", type=_part, default=0.8, metavar="PART", help="of the calls (default 0.8)")
    parser.add_argument("--ring", type=seconds, default=6.0, metavar="TIME", help="mean until the answer (default 6s)")
    parser.add_argument("--seed", type=int, default=1, help="the plan of calls follows from it alone (default 1)")
    parser.add_argument(
        "--faults", default="", metavar="LIST", help="e.g. drop=0.01,double=0.01,delay=0.01,slow=0.01 (default none)"
    )
    parser.add_argument("--duration", type=seconds, metavar="TIME", help="of the calls (default: until Ctrl-C)")
    parser.add_argument(
        "--drain", type=seconds, default=30.0, metavar="TIME", help="longest wait for the last reports (default 30s)"
    )
    parser.add_argument("--storm", choices=("reboot", "ip"), help="all phones restart, or move, within a minute")
    parser.add_argument(
        "--storm-after", type=seconds, default=20.0, metavar="TIME", help="from the first call (default 20s)"
    )
    parser.add_argument("--storm-within", type=seconds, default=60.0, metavar="TIME", help="(default 60s)")
    parser.add_argument("--storm-every", type=seconds, metavar="TIME", help="again and again (default: once)")
    parser.add_argument(
        "--console",
        default="http://127.0.0.1:8801",
        metavar="URL",
        help="where the phones report to (default http://127.0.0.1:8801)",
    )
    parser.add_argument("--api", default="", metavar="URL", help="the console's API, e.g. http://127.0.0.1:8800")
    parser.add_argument(
        "--token", metavar="TOKEN", help="for the API (default: OFFHOOK_TOKEN, else the token file of a demo)"
    )
    parser.add_argument("--data", metavar="FOLDER", help="where to look for the token file")
    parser.add_argument(
        "--port", type=int, default=8090, metavar="N", help="where phones take commands (default 8090; 0: any free one)"
    )
    parser.add_argument("--json", metavar="FILE", help="write the report there as well, as JSON; - for the output")
    parser.add_argument("--answered", metavar="FILE", help="write the number of each report answered 200 there")


def _rate(text: str) -> float:
    return _number(text, 0.0, 10_000.0)


def _part(text: str) -> float:
    return _number(text, 0.0, 1.0)


def _number(text: str, least: float, most: float) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not least <= value <= most:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from {least:g} to {most:g}")
    return value
