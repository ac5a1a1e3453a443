// What the page says about a connection that does not open. Run by test_page_modules.py.

import assert from 'node:assert/strict';
import test from 'node:test';

globalThis.document = {documentElement: {lang: 'en', dataset: {}}, createElement: () => ({getContext: () => null})};
globalThis.WebSocket = class extends EventTarget {
  static sockets = [];

  constructor() {
    super();
    WebSocket.sockets.push(this);
  }
};
const {ServerConnection} = await import(new URL('../../web/static/js/connection/server-connection.js', import.meta.url));

const NOT_UPGRADED = [200, {accepts: true, not_upgraded: true}];
const UNREACHED = [200, {accepts: true}];
const HOST = [403, {reason: 'host', option: '--allow-host x'}];

test('a second cause replaces the first, and a doubtful one must come twice', async context => {
  let state = {phase: 'connecting', problem: null, retrySeconds: null};
  let refusals = 0;
  const connection = new ServerConnection('ws://here/ws', new EventTarget(), {
    state: () => state, update: patch => { state = {...state, ...patch}; },
    notice() {}, onFaces() {}, drawMs: () => 0, onRefused: () => { refusals += 1; },
  });
  const causes = [];
  const fail = async ([status, body]) => {
    globalThis.fetch = async () => new Response(JSON.stringify(body), {status});
    connection.connectNow();
    WebSocket.sockets.at(-1).dispatchEvent(Object.assign(new Event('close'), {code: 1006}));
    await new Promise(resolve => { setImmediate(resolve); });
    causes.push(state.problem?.cause ?? null);
  };
  context.after(() => connection.stop());
  connection.start();
  await fail(UNREACHED);
  await fail(UNREACHED);
  await fail(NOT_UPGRADED);
  await fail(UNREACHED);
  await fail(NOT_UPGRADED);
  assert.deepEqual([causes, state.phase], [[null, 'blocked', 'upgrade', 'upgrade', 'upgrade'], 'blocked']);
  await fail(HOST);
  assert.deepEqual([causes.at(-1), refusals], ['host', 1]);
});
