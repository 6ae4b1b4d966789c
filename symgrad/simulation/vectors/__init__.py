"""Vectors: trials whose vectors are formed, layer by layer, and what is read off them."""
