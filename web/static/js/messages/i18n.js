// The page's words in the language of the browser. One file a language in messages/; a new one is named here.

import de from './de.js';
import en from './en.js';

const ALL = { en, de };

/**
 * @param {readonly string[]} wanted  language tags, the dearest first
 * @returns {keyof typeof ALL}
 */
export function pickLanguage(wanted) {
  const codes = wanted.map((tag) => tag.slice(0, 2).toLowerCase());
  return /** @type {keyof typeof ALL} */ (codes.find((code) => Object.hasOwn(ALL, code)) ?? 'en');
}

export const language = pickLanguage(globalThis.navigator?.languages ?? []);

/** The messages, by key. */
export const t = ALL[language];

/**
 * @param {string} text  with places such as {n}
 * @param {Record<string, string|number>} values
 */
export function say(text, values) {
  return text.replace(/\{(\w+)\}/g, (place, name) => String(values[name] ?? place));
}

/**
 * Writes the words that never change: `data-t` is the key of an element's text, `data-t-label` that of its name.
 * @param {HTMLElement} root
 */
export function translate(root) {
  const words = /** @type {Readonly<Record<string, string>>} */ (t.page);
  root.lang = language;
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll('[data-t], [data-t-label]'))) {
    const { t: text, tLabel: label } = element.dataset;
    if (text) element.textContent = words[text];
    if (!label) continue;
    element.setAttribute('aria-label', words[label]);
    if (element instanceof HTMLButtonElement) element.title = words[label];
  }
}
