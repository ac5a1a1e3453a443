"""What the commands draw: emojis, boxes, the panel beside a picture, the plot. Knows no web and no wire.

Colours are those of the page (web/static/css/tokens.css). Layers are uint8 [height, width, 4] in the order blue, green,
red, alpha (not premultiplied); pictures are the same without alpha.
"""
