// A colour and a number for each face, kept while it is there: they tie a box to its emoji. Pure.

/** The edge of a face that is alone. */
export const PAPER = '#fffdf8';

/** Told apart by most colour-blind people too; the number says it for all. */
const COLOURS = ['#35b6ff', '#ff8f1f', '#8be04e', '#ff6fb5', '#b79bff', '#ffe14d'];

/**
 * @param {ReadonlyMap<number, number>} slots  id of a face to its slot, from 0
 * @param {readonly {id: number}[]} faces
 * @returns {ReadonlyMap<number, number>} those who stay keep theirs, others get the lowest that is free
 */
export function assignSlots(slots, faces) {
  if (faces.length === slots.size && faces.every(({ id }) => slots.has(id))) return slots;
  const kept = new Map(faces.filter(({ id }) => slots.has(id)).map(({ id }) => [id, slots.get(id) ?? 0]));
  const taken = new Set(kept.values());
  let free = 0;
  for (const { id } of faces) {
    if (kept.has(id)) continue;
    while (taken.has(free)) free += 1;
    taken.add(free);
    kept.set(id, free);
  }
  return kept;
}

/**
 * @param {number} slot
 * @param {number} faces  how many there are
 */
export function colourOf(slot, faces) {
  return faces < 2 ? PAPER : COLOURS[slot % COLOURS.length];
}
