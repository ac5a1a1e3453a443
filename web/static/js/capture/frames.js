// A call for every new picture of a video, and for no other.

/**
 * @param {HTMLVideoElement} video
 * @param {() => void} callback
 * @returns {() => void} ends the calls
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
 * For browsers without the above: the clock of the video moves when its picture does.
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
