"""The expression model: data, network, training, evaluation and export. Knows nothing of the server."""
