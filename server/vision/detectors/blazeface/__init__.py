"""Google's BlazeFace: anchors, network, and the search over a frame."""
