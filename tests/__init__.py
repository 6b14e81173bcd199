"""Tests: a file for each module. A package, for another one of this name comes with a library."""
