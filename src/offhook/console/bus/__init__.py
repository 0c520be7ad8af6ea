"""The bus: carries events from the journal to whoever follows them. One port, one implementation so far."""
