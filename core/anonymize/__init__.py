"""Changes that protect rows, and the risk that remains. None of it buys ε."""
