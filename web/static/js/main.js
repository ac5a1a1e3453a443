// Where the page begins: reads what the server wrote into it, joins the parts, listens to the buttons.

import { App } from './app.js';
import { readConfig, socketUrl } from './config.js';
import { View } from './view.js';

const config = readConfig(document);
const view = new View(config.emojis);
const app = new App({
  labels: config.labels,
  url: socketUrl(config.socket, location),
  video: view.video,
  render: (state) => view.render(state),
});

view.action.addEventListener('click', () => app.act());
view.stop.addEventListener('click', () => app.stop());
document.addEventListener('visibilitychange', () => app.visibilityChanged());
window.addEventListener('online', () => app.online());
// Also for a page that the browser keeps for the way back: its camera must not stay on.
window.addEventListener('pagehide', () => app.stop());
