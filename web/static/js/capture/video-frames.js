// Calls back once for every new picture of a video.

/** Milliseconds. A camera's picture that claims to be older has another clock: the time of the call counts. */
const OLDEST_MS = 1000;

/**
 * @param {HTMLVideoElement} video
 * @param {(takenAt: number) => void} callback  receives when the camera took the picture, in ms of performance.now();
 *   the time of the call where the browser does not know
 * @returns {() => void} stops the calls
 */
export function eachNewFrame(video, callback) {
  return 'requestVideoFrameCallback' in video ? byVideoFrames(video, callback) : byAnimationFrames(video, callback);
}

/**
 * When the camera took a picture.
 * @param {number|undefined} captureTime  of the browser's metadata
 * @param {number} now
 */
export function takenAt(captureTime, now) {
  if (captureTime === undefined || now - captureTime > OLDEST_MS) return now;
  // Chromium estimates the start of the exposure, up to some milliseconds ahead of the clock.
  return Math.min(captureTime, now);
}

/**
 * @param {HTMLVideoElement} video
 * @param {(takenAt: number) => void} callback
 */
function byVideoFrames(video, callback) {
  let handle = video.requestVideoFrameCallback(tick);
  /**
   * @param {number} _
   * @param {VideoFrameCallbackMetadata} metadata
   */
  function tick(_, { captureTime }) {
    handle = video.requestVideoFrameCallback(tick);
    callback(takenAt(captureTime, performance.now()));
  }
  return () => video.cancelVideoFrameCallback(handle);
}

/**
 * For browsers without requestVideoFrameCallback: the video's time advances with its picture.
 * @param {HTMLVideoElement} video
 * @param {(takenAt: number) => void} callback
 */
function byAnimationFrames(video, callback) {
  let seen = -1;
  let handle = requestAnimationFrame(tick);
  function tick() {
    handle = requestAnimationFrame(tick);
    if (video.currentTime === seen || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
    seen = video.currentTime;
    callback(performance.now());
  }
  return () => cancelAnimationFrame(handle);
}
