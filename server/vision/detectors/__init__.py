"""Face detectors: what each offers, and how to get one by name."""
