// Calls back once for every new picture of a video.

/**
 * @param {HTMLVideoElement} video
 * @param {() => void} callback
 * @returns {() => void} stops the calls
 */
export function eachNewFrame(video, callback) {
  return 'requestVideoFrameCallback' in video ? byVideoFrames(video, callback) : byAnimationFrames(video, callback);
}

/**
 * @param {HTMLVideoElement} video
 * @param {() => void} callback
 */
function byVideoFrames(video, callback) {
  let handle = video.requestVideoFrameCallback(tick);
  function tick() {
    handle = video.requestVideoFrameCallback(tick);
    callback();
  }
  return () => video.cancelVideoFrameCallback(handle);
}

/**
 * For browsers without requestVideoFrameCallback: the video's time advances with its picture.
 * @param {HTMLVideoElement} video
 * @param {() => void} callback
 */
function byAnimationFrames(video, callback) {
  let seen = -1;
  let handle = requestAnimationFrame(tick);
  function tick() {
    handle = requestAnimationFrame(tick);
    if (video.currentTime === seen || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
    seen = video.currentTime;
    callback();
  }
  return () => cancelAnimationFrame(handle);
}
