// The entry point of the overlay: the emoji alone on a transparent ground, for streams and meetings (docs/overlay.md).

import { readOptions, settingsOf } from './options.js';
import { FeedReceiver } from './feed.js';
import { OverlayView } from './overlay-view.js';
import { App } from '../app.js';
import { readConfig, socketUrl } from '../config.js';
import { ExpressionHistory } from '../export/history.js';
import { browserStore, loadSettings } from '../settings/settings.js';
import { initialState } from '../state.js';
import { FacesStore } from '../teaching/faces-store.js';

const config = readConfig(document);
const options = readOptions(location.search);
const view = new OverlayView(config.packs, options);
const stored = browserStore();
const settings = settingsOf(loadSettings(stored), options);

if (options.feed === 'tab') follow();
else run();

/** With the camera in this page, and a connection of its own. */
function run() {
  const app = new App({
    labels: config.labels,
    packs: config.packs,
    url: socketUrl(config.socket, location),
    video: view.video,
    settings,
    // What the address asks for is not to be kept.
    store: { getItem: (key) => stored.getItem(key), setItem: () => {} },
    render: (state) => view.render(state),
    drawMs: () => view.drawMs,
  });
  view.action.addEventListener('click', () => app.primaryAction());
  document.addEventListener('visibilitychange', () => app.visibilityChanged());
  window.addEventListener('online', () => app.online());
  window.addEventListener('pagehide', () => app.stop());
  // Nobody can click in a stream. Where the browser asks first, it asks now.
  app.primaryAction();
}

/** With what another tab of this browser shows. */
function follow() {
  let idle = initialState('idle', settings, new ExpressionHistory(config.labels));
  view.render(idle);
  // The pictures of own expressions are in this browser, as for the page that sends.
  const faces = new FacesStore();
  const readFaces = () => void faces.load().then((taught) => { idle = { ...idle, taught }; });
  faces.watch(readFaces);
  readFaces();
  const receiver = new FeedReceiver((feed) => {
    if (!feed) return view.render(idle);
    const { at, pack, ...shown } = feed;
    view.render({
      ...idle, ...shown, facesAt: at - performance.timeOrigin, mirrored: options.mirror ?? shown.mirrored,
      settings: { ...settings, pack: options.pack ?? pack },
    });
  });
  // The page is left: it needs no feed.
  window.addEventListener('pagehide', () => receiver.close());
}

// For load-check.js: all modules were loaded.
document.dispatchEvent(new Event('started'));
