// The camera as a source of pictures: opened, and its errors left to camera-errors.js.

/** True where the browser gives the page a camera at all: https or localhost. */
export function cameraAllowedHere() {
  return window.isSecureContext && Boolean(navigator.mediaDevices?.getUserMedia);
}

/**
 * Wishes only, so no camera is turned away, and one that is not plugged in today is replaced by another. 4:3 makes
 * faces larger in the frame than 16:9 does.
 * @param {Settings} choice
 * @returns {MediaTrackConstraints}
 */
export function wishes({ camera, facing, resolution }) {
  return {
    width: { ideal: (resolution * 4) / 3 },
    height: { ideal: resolution },
    frameRate: { ideal: 30 },
    ...(camera ? { deviceId: { ideal: camera } } : { facingMode: facing }),
  };
}

/**
 * @param {Settings} choice
 * @returns {Promise<Source>} rejects with the DOMException of getUserMedia
 */
export async function openCamera(choice) {
  const stream = await navigator.mediaDevices.getUserMedia({ video: wishes(choice), audio: false });
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
