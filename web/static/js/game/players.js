// Which face belongs to which player of the mirror game. A face keeps its player as long as the server keeps its id; when
// a face is lost for a moment and comes back with another id, its place tells whose it is. Pure.

/**
 * @param {readonly GameFace[]} faces  largest first
 * @param {number} count  1 or 2
 * @returns {readonly Player[]} from left to right; fewer than `count` if there are fewer faces
 */
export function playersOf(faces, count) {
  const chosen = faces.slice(0, count).sort(byPlace);
  return chosen.map((face) => ({ face, x: face.x, missingMs: 0 }));
}

/**
 * @param {readonly Player[]} players
 * @param {readonly GameFace[]} faces  of the last answer, largest first
 * @param {number} elapsed  milliseconds since the last call
 * @returns {readonly Player[]} the same players in the same order
 */
export function followPlayers(players, faces, elapsed) {
  const found = players.map(({ face }) => faces.find(({ id }) => id === face.id) ?? null);
  const free = faces.filter((face) => !found.includes(face));
  for (const [index, face] of assigned(players, found, free)) found[index] = face;
  return players.map((player, index) => {
    const face = found[index];
    // The last face of a player who is away is kept: the server may give it its id again.
    return face ? { face, x: face.x, missingMs: 0 } : { ...player, missingMs: player.missingMs + elapsed };
  });
}

/**
 * The faces that are nobody's for the players without one.
 * @param {readonly Player[]} players
 * @param {readonly (GameFace|null)[]} found  the face of each player
 * @param {readonly GameFace[]} free  largest first
 * @returns {readonly (readonly [number, GameFace])[]} index of the player, and the face
 */
function assigned(players, found, free) {
  const lost = players.map((_, index) => index).filter((index) => found[index] === null);
  if (lost.length === 0 || free.length === 0) return [];
  if (players.length === 1) return [[0, free[0]]];
  if (lost.length === 2 && free.length > 1) {
    const [left, right] = free.slice(0, 2).sort(byPlace);
    return [[0, left], [1, right]];
  }
  const pairs = lost.flatMap((index) => free.map((face) => /** @type {const} */ ([index, face])));
  const far = (/** @type {readonly [number, GameFace]} */ [index, face]) => Math.abs(players[index].x - face.x);
  return pairs.sort((one, other) => far(one) - far(other)).slice(0, 1);
}

/**
 * @param {GameFace} one
 * @param {GameFace} other
 */
function byPlace(one, other) {
  return one.x - other.x;
}
