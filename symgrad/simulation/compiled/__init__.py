"""Compiled activations: from an expression to machine code that evaluates a whole layer."""
