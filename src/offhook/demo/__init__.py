"""The demo: one console and three phones in one process, talking over real HTTP, and a tour that works them.

`scene` builds and starts the parts; `tour` tells the operator's story through the public API alone. May import
everything below the command line.
"""
