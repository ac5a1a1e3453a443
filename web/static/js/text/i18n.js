// The messages of the page's language. The server chooses it (`lang` of the page) among the files in messages/, by the
// browser's preferences; the template preloads that file.

/** A language tag, such as `en` or `pt-BR`: the name of a file in messages/. */
export const language = globalThis.document?.documentElement.lang ?? 'en';

/**
 * The messages, by key.
 * @type {Messages}
 */
export const t = (await import(`../messages/${language}.js`)).default;

/**
 * @param {string} text  with placeholders such as {n}
 * @param {Record<string, string|number>} values
 */
export function format(text, values) {
  return text.replace(/\{(\w+)\}/g, (placeholder, name) => String(values[name] ?? placeholder));
}

/**
 * Writes the static texts: `data-t` is the key of an element's text, `data-t-label` that of its accessible name.
 * @param {HTMLElement} root
 */
export function translate(root) {
  const texts = /** @type {Readonly<Record<string, string>>} */ (t.page);
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll('[data-t], [data-t-label]'))) {
    const { t: text, tLabel: label } = element.dataset;
    if (text) element.textContent = texts[text];
    if (!label) continue;
    element.setAttribute('aria-label', texts[label]);
    if (element instanceof HTMLButtonElement) element.title = texts[label];
  }
}
