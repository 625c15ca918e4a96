"""How fast the engine is, beside its peers and beside what the machine could do at most: `make bench`."""
