"""Recurrences: recurrent networks that are drawn, run through time and differentiated backward, line by line.

A cell is compiled line by line: preactivations are products with its matrices, activations the blocks of feed-forward
networks, and combinations small loops of their own, each with its reverse. A step is a table of such operations.
Matrices are formed, or what they answer is drawn from its law given all that they were asked before.
"""
