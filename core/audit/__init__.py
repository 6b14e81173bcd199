"""Attacks through the real pipeline: what can be seen of one shopper, beside what is claimed."""
