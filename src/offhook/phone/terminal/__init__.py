"""The phone's face on a terminal: the screen live, and the terminal's keyboard as the phone's keys.

`picture` draws (pure), `keyboard` reads, `face` joins them to a phone. Source: DOC §3.2.
"""
