// Saves a file through the browser's downloads.

/** Some browsers read the file after the click. */
const URL_LIFETIME_MS = 60_000;

/** @param {File} file */
export function saveFile(file) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), URL_LIFETIME_MS);
}

/**
 * @param {Blob} content
 * @param {string} extension
 * @returns {File} named by the time
 */
export function namedFile(content, extension) {
  const time = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
  return new File([content], `emojify-${time}.${extension}`, { type: content.type });
}
