"""Certificates: those that are given, and those of a local authority of the user's own."""
