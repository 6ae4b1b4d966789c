"""Sums: trials of which only sums over the units of a layer are kept, exact in law."""
