// Opens the camera as a source of pictures. camera-errors.js maps its errors.

import { canRetry } from './camera-errors.js';

/**
 * Whether the browser can give the page a camera: only over https or on localhost, and not in the browsers that some
 * apps contain.
 * @returns {'idle'|'insecure'|'unsupported'} the phase of the page that says so
 */
export function phaseWithoutCamera() {
  if (!window.isSecureContext) return 'insecure';
  return typeof navigator.mediaDevices?.getUserMedia === 'function' ? 'idle' : 'unsupported';
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
 * The chosen camera may not be connected now: then any. Some cameras do not start with the wished size: then with theirs.
 * @param {Settings} settings
 * @returns {Promise<MediaStream>}
 */
async function openStream(settings) {
  const get = (/** @type {MediaTrackConstraints} */ video) => navigator.mediaDevices.getUserMedia({ video });
  let wanted = constraintsFor(settings);
  return get(wanted)
    .catch((error) => {
      if (!settings.camera || error.name !== 'OverconstrainedError') throw error;
      wanted = constraintsFor({ ...settings, camera: '' });
      return get(wanted);
    })
    .catch((error) => {
      if (!canRetry(error.name)) throw error;
      const { deviceId, facingMode } = wanted;
      return get(deviceId ? { deviceId } : { facingMode });
    });
}

/**
 * @param {Settings} settings
 * @returns {Promise<Source>} rejects with the DOMException of getUserMedia
 */
export async function openCamera(settings) {
  const stream = await openStream(settings);
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
