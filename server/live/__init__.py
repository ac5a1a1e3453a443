"""The wire: protocol 1 over a WebSocket, flow control and the threads that do the work. Knows no pixels."""
