"""Where everything is kept: database, files and keys of one workspace."""
