"""Sends JPEG files as frames: python docs/client.py ws://localhost:8000/ws photo.jpg (pip install websockets)."""

import json
import sys

from websockets.sync.client import connect

with connect(sys.argv[1]) as socket:
    hello = json.loads(socket.recv())
    for name in sys.argv[2:]:  # a doubtful face is shown from its third frame on; one photograph: POST /api/classify
        with open(name, "rb") as file:
            socket.send(file.read())  # one frame; the next is sent after its answer, so one credit is enough
        answer = json.loads(socket.recv())
        for face in answer.get("faces", []):
            print(name, face["label"], dict(zip(hello["labels"], face["scores"], strict=True)))
