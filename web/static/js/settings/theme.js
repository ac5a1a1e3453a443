// Sets the chosen theme before the first paint, to avoid a flash. The only script that is not a module.
try {
  document.documentElement.dataset.theme = JSON.parse(localStorage.getItem('emojify') ?? '{}').theme ?? 'system';
} catch {
  // Storage is blocked.
}
