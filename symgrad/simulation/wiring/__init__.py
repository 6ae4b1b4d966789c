"""Wiring: a network as flat arrays for the compiled engines, and what of it they can draw."""
