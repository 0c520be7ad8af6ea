"""The command line: arguments, exit codes, `asyncio.run`; nothing else.

Modules of a command are imported only when that command runs, so that `offhook --version` is quick.
"""
