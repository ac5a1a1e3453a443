// The shapes of snapshots and recordings: where picture, emoji and name lie. Pure; in pixels of the canvas.

/** Edge around the picture, as a fraction of the shorter side. */
const EDGE = 0.04;

/** Width of the part beside the picture, in heights. */
const BESIDE = 0.64;

/** Heights by widths of an upright composition: square, 4:5 as on social networks, 2:3. */
const UPRIGHT = [1, 5 / 4, 3 / 2];

/** Minimum height of the part below the picture, in widths. */
const BELOW = 0.36;

/**
 * Wide with the emoji beside the picture, or upright with the emoji below it, like the page. With the emojis on the
 * faces it is the picture alone, in its own shape.
 * @param {Size} view  the picture as the page shows it
 * @param {{isOnFace: boolean, isUpright: boolean}} page
 * @param {number} side  of the composition: its height if it is wide, otherwise its shorter side
 * @returns {Composition}
 */
export function compositionOf({ w, h }, { isOnFace, isUpright }, side) {
  if (isOnFace) {
    const scale = side / Math.min(w, h);
    const size = { w: even(w * scale), h: even(h * scale) };
    return { ...size, picture: { x: 0, y: 0, ...size }, corner: 0, emoji: null };
  }
  return isUpright ? belowPicture(w / h, side) : besidePicture(w / h, side);
}

/**
 * @param {number} shape  of the picture, width by height
 * @param {number} height
 * @returns {Composition}
 */
function besidePicture(shape, height) {
  const edge = EDGE * height;
  const picture = { x: edge, y: edge, w: (height - 2 * edge) * shape, h: height - 2 * edge };
  const room = BESIDE * height;
  const size = 0.48 * height;
  const x = edge + picture.w + room / 2;
  return {
    w: even(edge + picture.w + room), h: even(height), picture, corner: edge,
    emoji: { x, y: 0.42 * height, size },
    name: { x, y: 0.79 * height, width: room - 2 * edge, size: 0.105 * height, align: 'center' },
    others: { x: x - room / 2 + edge, y: 0.86 * height, w: room - 2 * edge, h: 0.1 * height },
  };
}

/**
 * @param {number} shape  of the picture, width by height
 * @param {number} width
 * @returns {Composition}
 */
function belowPicture(shape, width) {
  const edge = EDGE * width;
  const picture = { x: edge, y: edge, w: width - 2 * edge, h: (width - 2 * edge) / shape };
  const end = edge + picture.h;
  const height = width * (UPRIGHT.find((each) => each * width - end >= BELOW * width) ?? UPRIGHT[UPRIGHT.length - 1]);
  const room = height - end;
  const size = Math.min(room - 2.5 * edge, 0.4 * width);
  const x = 3 * edge + size;
  return {
    w: even(width), h: even(height), picture, corner: edge,
    emoji: { x: 1.5 * edge + size / 2, y: end + room / 2, size },
    name: { x, y: end + room / 2, width: width - x - edge, size: 0.115 * width, align: 'left' },
    others: { x, y: end + 0.6 * room, w: width - x - edge, h: 0.1 * width },
  };
}

/** @param {number} length  @returns {number} video codecs need even sizes */
function even(length) {
  return 2 * Math.round(length / 2);
}
