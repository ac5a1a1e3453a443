// Where the page begins: reads what the server wrote into it, joins the parts, listens to the buttons.

import { App } from './app.js';
import { readConfig, socketUrl } from './config.js';
import { need } from './dom.js';
import { listenForDrops } from './capture/drop.js';
import { say, t, translate } from './messages/i18n.js';
import { Keep } from './export/keep.js';
import { addSamples } from './scene/panel.js';
import { browserStore, loadSettings } from './settings/settings.js';
import { View } from './scene/view.js';

translate(document.documentElement);
const config = readConfig(document);
const view = new View(config.packs);
const store = browserStore();
const app = new App({
  labels: config.labels,
  url: socketUrl(config.socket, location),
  video: view.video,
  settings: loadSettings(store),
  store,
  render: (state) => view.render(state),
  drawMs: () => view.drawMs,
});
const { accuracy } = config.model;
if (accuracy !== null) need('agrees', HTMLElement).textContent = say(t.page.agrees, { n: Math.round(accuracy * 100) });
const keep = new Keep({ view, update: (patch) => app.update(patch), notice: (words) => app.notice(words) });
const chooser = need('file', HTMLInputElement);

/** @type {Readonly<Record<string, () => void>>} what the buttons do, by `data-act` */
const ACTS = {
  act: () => app.act(),
  stop: () => app.stop(),
  mode: () => app.set({ mode: view.state.settings.mode === 'face' ? 'beside' : 'face' }),
  snapshot: () => keep.snapshot(),
  record: () => keep.record(),
  choose: () => chooser.click(),
  settings: () => view.open(''),
  rest: () => view.open('rest'),
  close: () => view.close(),
  learn: () => app.learn(),
  forget: () => app.set({ resting: null }),
  csv: () => keep.csv(),
  json: () => keep.json(),
  clear: () => app.clearSession(),
  reset: () => app.reset(),
};

document.addEventListener('click', ({ target }) => {
  const button = target instanceof Element && target.closest('[data-act]');
  if (button instanceof HTMLElement) ACTS[button.dataset.act ?? '']?.();
});
view.controls.onChange((changes) => app.set(changes));
chooser.addEventListener('change', () => {
  const [file] = chooser.files ?? [];
  if (file) app.show(file);
  // The same file again is a choice too.
  chooser.value = '';
});
listenForDrops((dragging) => app.update({ dragging }), (file) => app.show(file));
void addSamples((picture) => app.show(picture));
document.addEventListener('visibilitychange', () => app.visibilityChanged());
window.addEventListener('online', () => app.online());
// Also for a page that the browser keeps for the way back: its camera must not stay on.
window.addEventListener('pagehide', () => app.stop());
