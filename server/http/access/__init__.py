"""Who may use the server, and the security headers of every response."""
