"""Measurements: each figure beside a floor or a peer taken in the same run. `make bench` runs them all.

Not part of the test suite: no timing is asserted anywhere.
"""
