// Runs in the page (feel.py): notes when the camera showed which frame of the film, when the emoji was drawn, which tasks
// kept the main thread, the answers' times, and when a living emoji was drawn with which tilt. All times are milliseconds of performance.now().

({ bits, square, name, living }) => {
  const video = document.querySelector('#camera');
  const emoji = document.querySelector('#emoji');
  const rect = { x: 0, y: 0, width: bits * square, height: square };
  const notes = { frames: [], emojis: [], tasks: [], answers: [], draws: [], hasCaptureTime: false };
  window.notes = notes;

  // Copies the squares alone, and not on the page's thread: drawing the picture would cost the page what is measured.
  const look = async (now, { captureTime }) => {
    video.requestVideoFrameCallback(look);
    const began = performance.now();
    const frame = new VideoFrame(video);
    const pixels = new Uint8Array(frame.allocationSize({ rect }));
    const copied = frame.copyTo(pixels, { rect });
    const cost = performance.now() - began;
    // The camera delivers planes, of which the first is the brightness.
    const [{ offset, stride }] = await copied;
    frame.close();
    const row = offset + stride * (square / 2) + square / 2;
    let number = 0;
    for (let bit = 0; bit < bits; bit += 1) number += Number(pixels[row + bit * square] > 127) << bit;
    notes.hasCaptureTime ||= captureTime !== undefined;
    notes.frames.push([number, captureTime ?? now, began, cost]);
  };
  video.requestVideoFrameCallback(look);

  // The page writes the emoji in an animation frame; the task after it begins when the frame was handed to be drawn.
  const channel = new MessageChannel();
  let changed = null;
  channel.port1.onmessage = () => {
    if (changed !== null) notes.emojis.push([changed, performance.now()]);
    changed = null;
  };
  new MutationObserver(() => {
    changed = emoji.dataset.expression ?? '';
    channel.port2.postMessage(null);
  }).observe(emoji, { attributeFilter: ['data-expression'] });

  const observe = (type, take) => new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type });
  observe('longtask', ({ startTime, duration }) => notes.tasks.push([startTime, duration]));
  observe('measure', (entry) => {
    if (entry.name === name) notes.answers.push([entry.startTime, entry.duration, entry.detail?.encodeMs ?? null]);
    if (entry.name === living) notes.draws.push([entry.startTime, entry.duration, entry.detail?.motion.roll ?? null]);
  });
  notes.since = performance.now();
}
