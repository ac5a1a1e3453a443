// The emoji packs that the server lists. Pure.

/**
 * @param {Packs} packs
 * @param {string} id
 * @returns {Pack} the default pack for '' and for an unknown id
 */
export function packOf({ default: defaultId, packs }, id) {
  return packs.find((pack) => pack.id === id) ?? packs.find((pack) => pack.id === defaultId) ?? packs[0];
}

/** @param {Pack} pack */
export function creditOf({ name, author, licence }) {
  return [name, author && `· ${author}`, licence && `(${licence})`].filter(Boolean).join(' ');
}
