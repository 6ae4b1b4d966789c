"""Conditioning: products with a matrix that is never formed, drawn from their law given all products before."""
