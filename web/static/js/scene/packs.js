// The emoji packs to choose from, as the server listed them. Pure.

/**
 * @param {Packs} packs
 * @param {string} id  '' or one that is not there any more is the default
 * @returns {Pack}
 */
export function packOf({ default: standard, packs }, id) {
  return packs.find((pack) => pack.id === id) ?? packs.find((pack) => pack.id === standard) ?? packs[0];
}

/** @param {Pack} pack */
export function creditOf({ name, author, licence }) {
  return [name, author && `· ${author}`, licence && `(${licence})`].filter(Boolean).join(' ');
}
