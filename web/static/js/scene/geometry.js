// The size of the frames sent, and the place of a frame's box on the mirrored video. Pure.

/** Longest side of a landscape frame: the detector takes 128 x 128 and the classifier 48 x 48; more brings nothing. */
const MAX_SIDE = 480;

/** In a narrower frame a face at arm's length has too few pixels for its crop. */
const MIN_WIDTH = 320;

/**
 * The size of a frame to send: the camera's aspect ratio, 320 to 480 pixels wide, no larger than the camera's picture
 * and no more pixels than the server accepts.
 * @param {Size} camera
 * @param {number} maxPixels
 * @param {number} shrink  1, or less after a frame exceeded the byte limit or on a slow network
 * @returns {Size} whole pixels, at least 1 x 1
 */
export function frameSize(camera, maxPixels, shrink = 1) {
  const wanted = Math.max(MIN_WIDTH, MAX_SIDE * Math.min(1, camera.w / camera.h));
  const width = Math.min(camera.w, wanted) * shrink;
  const pixels = (width * width * camera.h) / camera.w;
  const scale = (width / camera.w) * Math.min(1, Math.sqrt(maxPixels / pixels));
  return { w: Math.max(1, Math.floor(camera.w * scale)), h: Math.max(1, Math.floor(camera.h * scale)) };
}

/**
 * Where the picture lies in an element that shows it whole and in its middle (`object-fit: contain`).
 * @param {Size} picture
 * @param {Size} view
 * @returns {Rect} in pixels of the view
 */
export function pictureRect(picture, view) {
  const scale = Math.min(view.w / picture.w, view.h / picture.h);
  const w = picture.w * scale;
  const h = picture.h * scale;
  return { x: (view.w - w) / 2, y: (view.h - h) / 2, w, h };
}

/**
 * The aspect ratio of the view: the picture's own within 1 and 16:9. An upright phone gives 3:4, which would leave no
 * room for the emoji; its picture is shown whole between two bars.
 * @param {Size} picture
 * @returns {number} width by height
 */
export function viewShape({ w, h }) {
  return Math.min(16 / 9, Math.max(1, w / h));
}

/**
 * From a box in fractions of the frame to pixels of the view.
 * @param {readonly [number, number, number, number]} box  x, y, width, height
 * @param {Rect} picture
 * @param {boolean} mirrored
 * @returns {Rect}
 */
export function placeRect([x, y, w, h], picture, mirrored) {
  return {
    x: picture.x + (mirrored ? 1 - x - w : x) * picture.w,
    y: picture.y + y * picture.h,
    w: w * picture.w,
    h: h * picture.h,
  };
}

/**
 * @param {readonly [number, number]} point  in fractions of the frame
 * @param {Rect} picture
 * @param {boolean} mirrored
 */
export function placePoint([x, y], picture, mirrored) {
  return { x: picture.x + (mirrored ? 1 - x : x) * picture.w, y: picture.y + y * picture.h };
}
