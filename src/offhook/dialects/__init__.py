"""How phones spell the two protocols: one record a dialect, read from `data/*.toml`.

`data/base.toml` is the source document. A vendor's file extends it and holds only differences; it may rename, omit or
add a spelling, never a meaning. Imports `offhook.errors` and `offhook.protocol`; the loader reads package data, which
is the only file access in the core.
"""
