// Shows a text that is in the page from the start if a file of the page cannot be loaded. It needs no style sheet: the
// style sheets hide it. Not a module, and the first script, so that it sees every error.
(() => {
  /** @type {Set<string>} */
  const failed = new Set();
  let hasStarted = false;
  /** @type {HTMLElement|null} */
  let note = null;

  /** Shows the text with the addresses that failed, or removes it when the page is complete. */
  function update() {
    note ??= document.getElementById('unloaded');
    const list = note?.querySelector('ul');
    if (!note || !list) return;
    if (failed.size === 0) {
      if (hasStarted) note.remove();
      return;
    }
    note.dataset.failed = '';
    list.replaceChildren(...[...failed].map((address) => {
      const item = document.createElement('li');
      item.textContent = address;
      return item;
    }));
    if (!note.isConnected) document.body.prepend(note);
  }

  /** A script fails if a module that it imports fails: the browser's list of requests names that one. */
  function addFailedRequests() {
    for (const entry of performance.getEntriesByType('resource')) {
      const { name, initiatorType, responseStatus } = /** @type {PerformanceResourceTiming} */ (entry);
      if (responseStatus >= 400 && ['link', 'script', 'css', 'other'].includes(initiatorType)) failed.add(name);
    }
  }

  window.addEventListener('error', ({ target }) => {
    if (!(target instanceof HTMLScriptElement || target instanceof HTMLLinkElement)) return;
    failed.add(target instanceof HTMLScriptElement ? target.src : target.href);
    addFailedRequests();
    update();
  }, true);
  // The file of the texts is imported while the page starts, so its failure is no event of an element.
  window.addEventListener('unhandledrejection', () => {
    if (hasStarted) return;
    addFailedRequests();
    update();
  });
  document.addEventListener('started', () => {
    hasStarted = true;
    update();
  });
  document.addEventListener('DOMContentLoaded', update);
})();
