"""Background work: queue, launcher, worker."""
