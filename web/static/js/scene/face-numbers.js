// A number and a colour for each face, kept while it is seen: they connect a box to its emoji. Pure.

/** The colour of a face that is alone. */
export const SINGLE_COLOUR = '#fffdf8';

/** Distinguishable with most kinds of colour blindness; the number distinguishes them too. */
const COLOURS = ['#35b6ff', '#ff8f1f', '#8be04e', '#ff6fb5', '#b79bff', '#ffe14d'];

/**
 * @param {ReadonlyMap<number, number>} numbers  face id to its number, from 0
 * @param {readonly {id: number}[]} faces
 * @returns {ReadonlyMap<number, number>} known faces keep theirs, new ones get the lowest free number
 */
export function numberFaces(numbers, faces) {
  if (faces.length === numbers.size && faces.every(({ id }) => numbers.has(id))) return numbers;
  const kept = new Map(faces.filter(({ id }) => numbers.has(id)).map(({ id }) => [id, numbers.get(id) ?? 0]));
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
 * @param {number} number  of the face
 * @param {number} faces  how many there are
 */
export function colourOf(number, faces) {
  return faces < 2 ? SINGLE_COLOUR : COLOURS[number % COLOURS.length];
}
