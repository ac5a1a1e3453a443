// Runs in the page (feel.py): notes when the camera showed which frame of the film, when the emoji was drawn, which tasks
// kept the main thread, and the answers' times. All times are milliseconds of performance.now().

({ bits, square, name }) => {
  const video = document.querySelector('#camera');
  const emoji = document.querySelector('#emoji');
  const canvas = document.createElement('canvas');
  canvas.width = bits;
  canvas.height = 1;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const notes = { frames: [], emojis: [], tasks: [], answers: [], sent: [], hasCaptureTime: false };
  window.notes = notes;

  const look = (now, { captureTime }) => {
    video.requestVideoFrameCallback(look);
    const began = performance.now();
    // The middle of each square becomes one pixel.
    context.drawImage(video, 0, square / 4, bits * square, square / 2, 0, 0, bits, 1);
    const { data } = context.getImageData(0, 0, bits, 1);
    let number = 0;
    for (let bit = 0; bit < bits; bit += 1) number += Number(data[4 * bit] > 127) << bit;
    notes.hasCaptureTime ||= captureTime !== undefined;
    notes.frames.push([number, captureTime ?? now, began, performance.now() - began]);
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
  });
  notes.since = performance.now();
}
