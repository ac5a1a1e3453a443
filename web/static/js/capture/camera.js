// Opens the camera as a source of pictures. camera-errors.js maps its errors.

/** True where the browser gives the page a camera: over https or on localhost. */
export function cameraAllowedHere() {
  return window.isSecureContext && Boolean(navigator.mediaDevices?.getUserMedia);
}

/**
 * All but a chosen camera are preferences, so that any camera qualifies. 4:3: faces are larger in it than in 16:9.
 * @param {Settings} settings
 * @returns {MediaTrackConstraints}
 */
export function constraintsFor({ camera, facing, resolution }) {
  return {
    width: { ideal: (resolution * 4) / 3 },
    height: { ideal: resolution },
    frameRate: { ideal: 30 },
    ...(camera ? { deviceId: { exact: camera } } : { facingMode: facing }),
  };
}

/**
 * @param {Settings} settings
 * @returns {Promise<Source>} rejects with the DOMException of getUserMedia
 */
export async function openCamera(settings) {
  const { mediaDevices } = navigator;
  const open = (/** @type {Settings} */ wanted) => mediaDevices.getUserMedia({ video: constraintsFor(wanted) });
  // The chosen camera may not be connected now: then any.
  const stream = await open(settings).catch((error) => {
    if (!settings.camera || error.name !== 'OverconstrainedError') throw error;
    return open({ ...settings, camera: '' });
  });
  const [track] = stream.getVideoTracks();
  return {
    kind: 'camera',
    device: track?.getSettings().deviceId ?? '',
    // The back camera does not show the user.
    mirrorable: track?.getSettings().facingMode !== 'environment',
    attach: (video, onEnded) => {
      track?.addEventListener('ended', onEnded, { once: true });
      video.srcObject = stream;
      return video.play();
    },
    // stop() fires no `ended` event.
    end: () => stream.getTracks().forEach((each) => each.stop()),
  };
}

/**
 * Calls back when the camera permission changes. It can be granted again without a reload.
 * @param {(state: PermissionState) => void} onChange
 */
export async function watchPermission(onChange) {
  try {
    const status = await navigator.permissions.query({ name: /** @type {PermissionName} */ ('camera') });
    status.addEventListener('change', () => onChange(status.state));
  } catch {
    // Some browsers cannot query this permission: there the button tries again.
  }
}
