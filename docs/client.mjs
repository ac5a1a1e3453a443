// Sends JPEG files as frames: node docs/client.mjs ws://localhost:8000/ws photo.jpg (Node 22 or newer)
// A doubtful face is shown from its third frame on: name a photograph three times, or use POST /api/classify.
import { readFile } from "node:fs/promises";

const [url, ...names] = process.argv.slice(2);
const socket = new WebSocket(url); // works in browsers too
let sent = 0;
const next = async () => (sent < names.length ? socket.send(await readFile(names[sent++])) : socket.close());
socket.onmessage = ({ data }) => {
  const message = JSON.parse(data);
  for (const face of message.faces ?? []) console.log(names[message.frame - 1], face.label, face.confidence);
  void next(); // after hello and after each answer, send the next frame
};
socket.onerror = () => { console.error(`no answer from ${url}`); process.exitCode = 1; };
