// Which expression the mirror game asks for next. Pure.

/** An expression with this smoothed score is shown already: asking for it would give the round away. */
const SHOWN = 0.35;

/**
 * A label that no player shows now, and not the last one. All labels take their turn, as far as that allows.
 * @param {readonly string[]} bag  labels that have not had their turn
 * @param {string|null} last
 * @param {(label: string) => number} shown  highest smoothed score of a player
 * @param {readonly string[]} labels
 * @param {() => number} random  0 to 1
 * @returns {{label: string, bag: readonly string[]}} the bag without it
 */
export function nextLabel(bag, last, shown, labels, random) {
  const others = labels.filter((label) => label !== last);
  const hidden = others.filter((label) => shown(label) < SHOWN);
  const due = hidden.filter((label) => bag.includes(label));
  // Somebody shows a bit of everything: the one that is shown least.
  const least = [...others].sort((one, other) => shown(one) - shown(other)).slice(0, 1);
  const choice = [due, hidden, least].find(({ length }) => length > 0) ?? labels;
  const label = choice[Math.min(choice.length - 1, Math.floor(random() * choice.length))];
  const left = bag.filter((each) => each !== label);
  return { label, bag: left.length > 0 ? left : labels };
}
