"""Injected privacy bugs, each with the test that must notice it."""
