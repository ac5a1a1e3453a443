// Calls back once for every new picture of a video.

/** Milliseconds. A camera's picture that claims to be older has another clock: the time of the call counts. */
const OLDEST_MS = 1000;

/** As often as a camera gives a picture. */
const POLL_MS = 33;

/** The browser paints too seldom if it has announced no picture for this long, */
const LATE_MS = 100;

/** and then its pictures are looked for during this time. */
const POLLING_MS = 1000;

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
 * Browsers announce a picture when they paint. Without a graphics card WebKit paints this page 5 times a second while
 * the camera gives 15 pictures or more: then the pictures are looked for by a timer too.
 * @param {HTMLVideoElement} video
 * @param {(takenAt: number) => void} callback
 */
function byVideoFrames(video, callback) {
  let calledAt = performance.now();
  let pollUntil = 0;
  /** @type {number|null} time stamp of the last picture; null while the browser announces all of them */
  let seen = null;
  /** @type {number|null} the same of the last one that the timer found */
  let found = null;
  /** The video's time when the timer last looked. */
  let lookedAt = -1;
  let handle = video.requestVideoFrameCallback(tick);
  const timer = 'VideoFrame' in window ? setInterval(poll, POLL_MS) : 0;

  /**
   * @param {number} _
   * @param {VideoFrameCallbackMetadata} metadata
   */
  function tick(_, { captureTime }) {
    handle = video.requestVideoFrameCallback(tick);
    calledAt = performance.now();
    seen = calledAt < pollUntil ? pictureTime(video) : null;
    if (seen === null || seen !== found) callback(takenAt(captureTime, calledAt));
  }

  function poll() {
    const now = performance.now();
    if (now - calledAt >= LATE_MS) pollUntil = now + POLLING_MS;
    if (now >= pollUntil) return;
    // While a film is paused, only a seek gives a new picture.
    if (video.paused && !video.seeking && video.currentTime === lookedAt) return;
    if (!video.seeking) lookedAt = video.currentTime;
    const time = pictureTime(video);
    // The first one may have been announced. Some streams have a time stamp that never changes.
    const isNew = seen !== null && time !== null && time !== seen;
    seen = time;
    if (!isNew) return;
    found = time;
    callback(now);
  }

  return () => {
    clearInterval(timer);
    video.cancelVideoFrameCallback(handle);
  };
}

/**
 * @param {HTMLVideoElement} video
 * @returns {number|null} time stamp of the present picture; null where there is none
 */
function pictureTime(video) {
  try {
    const picture = new VideoFrame(video);
    const { timestamp } = picture;
    picture.close();
    return timestamp;
  } catch {
    return null;
  }
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
