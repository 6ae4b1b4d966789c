"""Statistics: what is kept of many trials, raw or streamed."""
