// The camera: opened, shown in the video element, released. What its errors mean is in camera-errors.js.

/**
 * Twice the frame that is sent, so it looks sharp on the page and shrinks well. 4:3 makes faces larger in the frame
 * than 16:9 does. All of it wishes, so no camera is turned away.
 */
const WISHES = { facingMode: 'user', width: { ideal: 960 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };

/** True where the browser gives the page a camera at all: https or localhost. */
export function cameraAllowedHere() {
  return window.isSecureContext && Boolean(navigator.mediaDevices?.getUserMedia);
}

/**
 * @returns {Promise<MediaStream>} rejects with the DOMException of getUserMedia
 */
export function openCamera() {
  return navigator.mediaDevices.getUserMedia({ video: WISHES, audio: false });
}

/**
 * @param {HTMLVideoElement} video
 * @param {MediaStream} stream
 * @param {() => void} ended  called once when the camera ends by itself
 */
export async function showCamera(video, stream, ended) {
  for (const track of stream.getVideoTracks()) track.addEventListener('ended', ended, { once: true });
  video.srcObject = stream;
  await video.play();
}

/** @param {HTMLVideoElement} video */
export function hideCamera(video) {
  video.pause();
  video.srcObject = null;
}

/**
 * Stops every track, so the camera's light goes off. A track stopped this way fires no `ended`.
 * @param {MediaStream|null} stream
 */
export function releaseCamera(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/**
 * Calls back when the permission for the camera changes: it can be given back without a reload.
 * @param {(state: PermissionState) => void} changed
 */
export async function watchPermission(changed) {
  try {
    const status = await navigator.permissions.query({ name: /** @type {PermissionName} */ ('camera') });
    status.addEventListener('change', () => changed(status.state));
  } catch {
    // Some browsers know no such permission: there the button tries again.
  }
}
