// The list of cameras. Browsers give their names only after the permission was granted.

/** @returns {Promise<readonly Device[]>} cameras with an id */
export async function listCameras() {
  try {
    const all = await navigator.mediaDevices.enumerateDevices();
    return all.filter(({ kind, deviceId }) => kind === 'videoinput' && deviceId)
      .map(({ deviceId, label }) => ({ id: deviceId, label }));
  } catch {
    return [];
  }
}

/** @param {() => void} onChange  called when a camera was connected or disconnected */
export function watchCameras(onChange) {
  navigator.mediaDevices?.addEventListener?.('devicechange', onChange);
}
