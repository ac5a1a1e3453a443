// The camera as a source of pictures: opened, and its errors left to camera-errors.js.

/** True where the browser gives the page a camera at all: https or localhost. */
export function cameraAllowedHere() {
  return window.isSecureContext && Boolean(navigator.mediaDevices?.getUserMedia);
}

/**
 * Wishes but for the camera that was chosen, so no other is turned away. 4:3 makes faces larger in the frame than 16:9.
 * @param {Settings} choice
 * @returns {MediaTrackConstraints}
 */
export function wishes({ camera, facing, resolution }) {
  return {
    width: { ideal: (resolution * 4) / 3 },
    height: { ideal: resolution },
    frameRate: { ideal: 30 },
    ...(camera ? { deviceId: { exact: camera } } : { facingMode: facing }),
  };
}

/**
 * @param {Settings} choice
 * @returns {Promise<Source>} rejects with the DOMException of getUserMedia
 */
export async function openCamera(choice) {
  const ask = (/** @type {Settings} */ wanted) => navigator.mediaDevices.getUserMedia({ video: wishes(wanted) });
  // The one that was chosen may not be plugged in today.
  const stream = await ask(choice).catch((error) => {
    if (!choice.camera || error.name !== 'OverconstrainedError') throw error;
    return ask({ ...choice, camera: '' });
  });
  const [track] = stream.getVideoTracks();
  return {
    kind: 'camera',
    device: track?.getSettings().deviceId ?? '',
    // Nobody looks into the back camera as into a mirror.
    mirrorable: track?.getSettings().facingMode !== 'environment',
    attach: (video, ended) => {
      track?.addEventListener('ended', ended, { once: true });
      video.srcObject = stream;
      return video.play();
    },
    // A track that is stopped fires no `ended`.
    end: () => stream.getTracks().forEach((each) => each.stop()),
  };
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
