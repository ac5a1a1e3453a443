"""TLS certificates: those of a local authority, and the checks of given files."""
