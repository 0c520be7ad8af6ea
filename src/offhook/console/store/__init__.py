"""The store: what survives a restart. One port; `sql` for real use, `memory` for tests and trials."""
