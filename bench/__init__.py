"""How quick Retold is, measured: `make bench`; docs/performance.md says how to read it."""
