// Which cameras there are. Their names are known only after the permission was given.

/** @returns {Promise<readonly Device[]>} those with an id; none where the browser has none to give */
export async function listCameras() {
  try {
    const all = await navigator.mediaDevices.enumerateDevices();
    return all.filter(({ kind, deviceId }) => kind === 'videoinput' && deviceId)
      .map(({ deviceId, label }) => ({ id: deviceId, label }));
  } catch {
    return [];
  }
}

/**
 * @param {() => void} changed  called when a camera was plugged in or out
 */
export function watchCameras(changed) {
  navigator.mediaDevices?.addEventListener?.('devicechange', changed);
}
