"""Our private step beside those of Opacus and jax_privacy, which live in environments of their own."""
