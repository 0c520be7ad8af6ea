"""A call centre in a busy hour, told to a console by reports alone: for the wallboard's picture."""

import itertools

from tests.console.running_console import RunningConsole

__all__ = ["NAMES", "a_busy_hour"]

NAMES = (
    *("Anna Bianchi", "Ben Carter", "Chloé Dubois", "Dario Esposito", "Elif Yılmaz", "Finn Larsen", "Grace Okafor"),
    *("Hanna Virtanen", "Ivo Novák", "Jana Kovář", "Kofi Mensah", "Lena Fischer", "Marta Kowalska", "Noah Smith"),
    *("Olga Petrova", "Paulo Sousa", "Quinn Murphy", "Rosa García"),
)


async def a_busy_hour(console: RunningConsole) -> None:
    """Set eighteen phones up, let each handle a few calls, and leave them doing different things."""
    macs = [f"02000f0020{number:02d}" for number in range(1, len(NAMES) + 1)]
    calls = (f"call-{number}@pbx" for number in itertools.count(1))
    for number, (mac, name) in enumerate(zip(macs, NAMES, strict=True), start=1):
        await console.ask("PUT", f"/phones/{mac}", {"name": name, "extension": str(2000 + number)})
        for handled in range(1 + number % 4):
            call = next(calls)
            caller = f"sip:0255501{number:02d}{handled}@pbx"
            await console.report("incoming", mac, call_id=call, remote=caller)
            if (number + handled) % 5:
                await console.report("established", mac, call_id=call)
                await console.report("terminated", mac, call_id=call)
            else:
                await console.report("missed", mac, call_id=call, remote=caller)
        if number % 3 == 0:
            call = next(calls)
            for event in ("outgoing", "established", "terminated"):
                await console.report(event, mac, call_id=call, local="sip:0301234567@pbx")
    for mac, call, doing in zip(macs, calls, itertools.cycle(_DOING), strict=False):
        for event in doing:
            await console.report(event, mac, **({} if event.startswith("dnd") else {"call_id": call}))


_DOING = (
    ("incoming", "established"),
    ("incoming",),
    ("incoming", "established"),
    ("dnd_on",),
    ("outgoing", "established", "hold"),
    (),
    ("outgoing",),
    ("incoming", "established"),
    (),
)
"""What the phones are doing at the end, in turn, by what they reported."""
