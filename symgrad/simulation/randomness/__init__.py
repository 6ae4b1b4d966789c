"""Randomness: numbers that are a pure function of seed, trial, layer, unit and purpose."""
