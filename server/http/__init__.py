"""The web application: routes, access checks, metrics."""
