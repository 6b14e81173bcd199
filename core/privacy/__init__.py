"""The promise: plan, noise, accounting, ledger, statement, explanation."""
