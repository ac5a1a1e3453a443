"""Face detectors: what each offers (`protocol`), and how to make one by name (`registry`)."""
