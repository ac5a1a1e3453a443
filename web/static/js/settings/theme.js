// Before the first paint, so that a chosen theme does not flash: the only script that is no module.
try {
  document.documentElement.dataset.theme = JSON.parse(localStorage.getItem('emojify') ?? '{}').theme ?? 'system';
} catch {
  // No storage, no choice.
}
