// The messages of the page's language. The server chooses it (`lang` of the page) among the files in messages/, by the
// browser's preferences; the template preloads that file.

/** A language tag, such as `en` or `pt-BR`: the name of a file in messages/. */
export const language = globalThis.document?.documentElement.lang ?? 'en';

/** Whether the server runs on the user's own computer: it says so in the template. */
export const isHere = 'here' in (globalThis.document?.documentElement.dataset ?? {});

/**
 * The messages, by key.
 * @type {Messages}
 */
export const t = (await import(new URL(`../messages/${language}.js`, import.meta.url).href)).default;

/**
 * @param {string} text  with placeholders such as {n}
 * @param {Record<string, string|number>} values
 */
export function format(text, values) {
  return text.replace(/\{(\w+)\}/g, (placeholder, name) => String(values[name] ?? placeholder));
}
