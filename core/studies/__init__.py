"""A study: methods x ε x repeats on one dataset; the curve and its bill."""
