"""Protocol 1 over a WebSocket, flow control and inference threads. Knows no pixels and no web framework."""
