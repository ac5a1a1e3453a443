"""Expressions: the contract of the model, the crop, the classifier, smoothing and calibration."""
