// Runs in the page (living.py): copies the camera's picture and a canvas of the page in the animation frames in which the
// video shows the wanted frames of the film and the emoji lives. A frame that the page skips is replaced by the next one.

({ bits, square, wanted, selector }) => new Promise((done) => {
  const video = document.querySelector('#camera');
  const small = new OffscreenCanvas(bits * square, square).getContext('2d', { willReadFrequently: true });
  const copies = { camera: {}, emoji: {} };
  const side = 360;

  const numberShown = () => {
    const scale = video.videoWidth / 640;
    small.drawImage(video, 0, 0, bits * square * scale, square * scale, 0, 0, bits * square, square);
    const { data } = small.getImageData(0, square / 2, bits * square, 1);
    let number = 0;
    for (let bit = 0; bit < bits; bit += 1) number += Number(data[4 * (bit * square + square / 2)] > 127) << bit;
    return number;
  };

  // The middle square of what is shown, on the page's ground.
  const copy = (source, isMirrored, below) => {
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = side;
    const context = canvas.getContext('2d');
    context.fillStyle = getComputedStyle(document.querySelector('.ground') ?? document.body).backgroundColor;
    context.fillRect(0, 0, side, side);
    for (const [each, mirror] of [...(below ? [[below, true]] : []), [source, isMirrored]]) {
      const w = each.videoWidth ?? each.width;
      const h = each.videoHeight ?? each.height;
      const part = Math.min(w, h);
      context.setTransform(mirror ? -1 : 1, 0, 0, 1, mirror ? side : 0, 0);
      context.drawImage(each, (w - part) / 2, (h - part) / 2, part, part, 0, 0, side, side);
    }
    return canvas.toDataURL('image/png');
  };

  const look = () => {
    const number = numberShown();
    const frame = wanted.find((each) => number >= each && number <= each + 2 && !(each in copies.camera));
    const lives = document.querySelector('#emoji[data-living]') !== null;
    if (frame !== undefined && lives) {
      const source = document.querySelector(selector);
      copies.camera[frame] = copy(video, true, null);
      copies.emoji[frame] = copy(source, false, selector === '#boxes' ? video : null);
    }
    if (wanted.every((each) => each in copies.camera)) done(copies);
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
});
