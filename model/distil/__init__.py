"""Teachers on a GPU and a small network distilled from them: `python -m model.distil --help`.

Needs PyTorch, which is not among the project's requirements: training so much on a processor would take days. Nothing
else in the project imports this package, except `to_keras`, which needs no PyTorch.
"""
