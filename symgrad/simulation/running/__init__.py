"""Running: from a request to its trials, on threads or an executor, with checkpoints."""
