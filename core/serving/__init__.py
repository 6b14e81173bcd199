"""What lives as long as the server does."""
