import subprocess
import sys

PROGRAM = """
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))
from offhook.runtime.open_files import raise_open_files_limit
given = raise_open_files_limit()
assert given == resource.getrlimit(resource.RLIMIT_NOFILE)[0]
print(given)
"""


def limit_after(*, soft: int, hard: int) -> int:
    # In a program of its own: a limit that was lowered cannot be raised again.
    program = PROGRAM.format(soft=soft, hard=hard)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=15, check=True)
    return int(done.stdout)


def test_it_is_raised_to_what_is_allowed() -> None:
    assert limit_after(soft=256, hard=512) == 512


def test_it_is_never_lowered() -> None:
    assert limit_after(soft=512, hard=512) == 512
