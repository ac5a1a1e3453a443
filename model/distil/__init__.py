"""Train teachers on a GPU and distil a small network from them: `python -m model.distil --help`.

Needs PyTorch, which is not among the project's requirements; without a GPU the training would take days. The project
itself uses only `settings` and `to_keras`, which do not import PyTorch.
"""
