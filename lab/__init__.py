"""The laboratory: benchmarks, simulations and experiments. The product and its tests do not need it."""

from safe_printing import make_printing_safe

make_printing_safe()  # here, because nearly every module of the laboratory is a command
