"""Drawing for the commands `image` and `video`: emojis, boxes, and the panel beside a picture. Knows no web.

Colours are those of the page (web/static/css/tokens.css). Layers are uint8 [height, width, 4] in the order blue, green,
red, alpha (not premultiplied); pictures are the same without alpha.
"""
