// Why there is no connection, and the remedy, in words. Pure.

import { t } from './i18n.js';

/** The lines that pass on a WebSocket in nginx, whose default removes them. */
const NGINX_LINES = [
  'proxy_http_version 1.1;',
  'proxy_set_header Upgrade $http_upgrade;',
  'proxy_set_header Connection "upgrade";',
].join('\n');

/**
 * @param {ConnectionProblem} problem
 * @param {{page: string, socket: string}} addresses  of the page's folder and of the WebSocket
 * @returns {ProblemTexts}
 */
export function problemTexts({ cause, option }, { page, socket }) {
  const text = cause === 'token' ? t.badToken : t.problems[cause];
  if (cause === 'upgrade') return { text, code: NGINX_LINES, link: '' };
  if (cause === 'authority') return { text, code: '', link: 'ca.pem' };
  if (cause === 'path') return { text, code: socket, link: '' };
  if (cause === 'origin' || cause === 'host') return { text, code: optionFor(cause, option, page), link: '' };
  return { text, code: '', link: '' };
}

/**
 * The page knows its address, and that the server sent it; the server knows only what a proxy told it.
 * @param {'origin'|'host'} cause
 * @param {string} option  that the server named
 * @param {string} page
 */
function optionFor(cause, option, page) {
  const isPublicUrl = cause === 'origin' || page.startsWith('https:') || !option;
  return isPublicUrl ? `--public-url ${page.replace(/\/$/, '')}` : option;
}
