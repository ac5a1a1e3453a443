"""The laboratory: benchmarks, simulations and experiments. The product and its tests do not need it."""
