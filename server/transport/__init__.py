"""What knows the insides of uvicorn and websockets: limits on what a client may hold open or leave unfinished."""
