// The page's entry point: reads its configuration, connects its parts, handles its buttons.

import { App } from './app.js';
import { listenForDrops } from './capture/file-drop.js';
import { fetchSample } from './capture/samples.js';
import { readConfig, socketUrl } from './config.js';
import { need } from './dom.js';
import { Exporter } from './export/exporter.js';
import { FeedSender } from './overlay/feed.js';
import { PageView } from './page-view.js';
import { GameLauncher } from './panels/game-launcher.js';
import { PhonePanel } from './panels/phone-panel.js';
import { browserStore, loadSettings } from './settings/settings.js';
import { format, t } from './text/i18n.js';

const config = readConfig(document);
const view = new PageView(config.packs);
const store = browserStore();
const gameLauncher = new GameLauncher();
const feed = new FeedSender(() => view.state);
const app = new App({
  labels: config.labels,
  packs: config.packs,
  url: socketUrl(config.socket, location),
  video: view.video,
  settings: loadSettings(store),
  store,
  render: (state) => {
    view.render(state);
    gameLauncher.onPhase(state.phase);
    feed.send(state);
  },
  drawMs: () => view.drawMs,
  teachingPage: {
    renderer: view.renderer,
    packs: config.packs,
    openDrawer: () => view.openDrawer('teaching'),
    closeDrawer: () => view.closeDrawer(),
    redraw: () => view.redraw(),
  },
});
view.alsoRender((state) => app.teaching.render(state));
const { accuracy } = config.model;
if (accuracy !== null) {
  need('accuracy', HTMLElement).textContent = format(t.page.accuracy, { n: Math.round(accuracy * 100) });
}
const exporter = new Exporter({
  view,
  update: (patch) => app.update(patch),
  notice: (text) => app.notice(text, true),
  endRound: () => app.teaching.endRound(),
});
const gamePage = {
  view,
  start: () => app.primaryAction(),
  stop: () => app.stop(),
  share: (/** @type {Blob} */ picture) => exporter.open('game', picture),
  notice: (/** @type {string} */ text) => app.notice(text, true),
};
const phonePanel = new PhonePanel();
const fileInput = need('file', HTMLInputElement);
const facesInput = need('faces-file', HTMLInputElement);

/** @type {Readonly<Record<string, (button: HTMLElement) => void>>} by `data-act` of the button */
const ACTIONS = {
  primary: () => app.primaryAction(),
  stop: () => app.stop(),
  mode: () => app.set({ mode: view.state.settings.mode === 'face' ? 'beside' : 'face' }),
  snapshot: () => exporter.snapshot(),
  record: () => exporter.record(),
  sticker: () => void exporter.sticker(),
  share: () => exporter.share(),
  save: () => exporter.save(),
  again: () => exporter.again(),
  closeSheet: () => exporter.closeSheet(),
  choose: () => fileInput.click(),
  sample: ({ dataset }) => app.show(fetchSample(dataset.file ?? '')),
  film: () => view.film.toggle(),
  settings: () => view.openDrawer(''),
  teach: () => app.teaching.act('open'),
  phone: () => phonePanel.open(),
  game: () => gameLauncher.open(gamePage, t.notices.noGame),
  close: () => view.closeDrawer(),
  csv: () => exporter.csv(),
  json: () => exporter.json(),
  clear: () => app.clearHistory(),
  reset: () => app.reset(),
};

document.addEventListener('click', ({ target }) => {
  const button = target instanceof Element && target.closest('[data-act]');
  if (button instanceof HTMLElement) ACTIONS[button.dataset.act ?? '']?.(button);
});
view.form.onChange((changes) => app.set(changes));
fileInput.addEventListener('change', () => {
  const [file] = fileInput.files ?? [];
  if (file) app.show(file);
  // Otherwise choosing the same file again would fire no event.
  fileInput.value = '';
});
facesInput.addEventListener('change', () => {
  const [file] = facesInput.files ?? [];
  if (file) app.teaching.import(file);
  facesInput.value = '';
});
need('teaching', HTMLDetailsElement).addEventListener('toggle', () => app.teaching.show());
listenForDrops((dragging) => app.update({ dragging }), (file) => app.show(file));
document.addEventListener('visibilitychange', () => app.visibilityChanged());
window.addEventListener('online', () => app.online());
// The browser may keep the page for the back button: its camera must not stay on.
window.addEventListener('pagehide', () => app.stop());
// For load-check.js: all modules were loaded.
document.dispatchEvent(new Event('started'));
