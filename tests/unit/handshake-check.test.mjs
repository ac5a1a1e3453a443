// What the page makes of the answers to its question why the WebSocket did not open.

import assert from 'node:assert/strict';
import test from 'node:test';

const folder = new URL('../../web/static/js/', import.meta.url);
const { problemOf, isCertain, isRefusal } = await import(new URL('connection/handshake-check.js', folder));
const { problemTexts } = await import(new URL('text/problem-texts.js', folder));
const { t } = await import(new URL('text/i18n.js', folder));

const ADDRESSES = { page: 'https://a.example/emojify/', socket: 'wss://a.example/emojify/ws' };
const cause = (status, body) => problemOf(status, typeof body === 'string' ? body : JSON.stringify(body))?.cause ?? null;

test('each answer of the server is its own problem', () => {
  assert.equal(cause(403, { reason: 'origin', option: '--public-url https://a.example' }), 'origin');
  assert.equal(cause(403, { reason: 'host', option: '' }), 'host');
  assert.equal(cause(401, { code: 'bad_token' }), 'token');
  assert.equal(cause(200, { accepts: true, not_upgraded: true, authority: true }), 'upgrade');
  assert.equal(cause(200, { accepts: true, not_upgraded: false, authority: true }), 'authority');
  assert.equal(cause(200, { accepts: true, not_upgraded: false, authority: false }), 'blocked');
});

test('an answer of another program means that the address is not forwarded', () => {
  for (const [status, body] of [[404, '<html>nginx'], [404, { code: 'not_found' }], [405, ''], [200, '<!doctype html>'],
    [200, '{}'], [200, 'null'], [403, 'Forbidden'], [501, '<html>']]) {
    assert.equal(cause(status, body), 'path', `${status} ${body}`);
  }
});

test('a server that is down or full explains nothing: the page keeps trying', () => {
  for (const [status, body] of [[502, '<html>'], [503, { code: 'full' }], [504, ''], [500, ''], [429, ''], [401, '']]) {
    assert.equal(cause(status, body), null, `${status} ${body}`);
  }
});

test('only what the server itself says is believed at once, and only its refusal ends the attempts', () => {
  const names = ['host', 'origin', 'token', 'upgrade', 'path', 'authority', 'blocked'];
  assert.deepEqual(names.filter((each) => isCertain({ cause: each })), ['host', 'origin', 'token', 'upgrade']);
  assert.deepEqual(names.filter((each) => isRefusal({ cause: each })), ['host', 'origin', 'token']);
});

test('every problem has its words, and its remedy where there is one', () => {
  const texts = (name, option = '', page = ADDRESSES.page) => problemTexts({ cause: name, option }, { ...ADDRESSES, page });
  assert.equal(texts('origin', '--allow-origin https://a.example').code, '--public-url https://a.example/emojify');
  assert.equal(texts('host', '--allow-host a.example').code, '--public-url https://a.example/emojify');
  assert.equal(texts('host', '--allow-host b.example', 'http://b.example/').code, '--allow-host b.example');
  assert.match(texts('upgrade').code, /proxy_http_version 1\.1;\n.*Upgrade \$http_upgrade;\n.*Connection "upgrade";/);
  assert.equal(texts('path').code, ADDRESSES.socket);
  assert.deepEqual([texts('authority').link, texts('authority').code], ['ca.pem', '']);
  assert.equal(texts('token').text, t.badToken);
  for (const name of ['host', 'origin', 'token', 'upgrade', 'path', 'authority', 'blocked']) assert.ok(texts(name).text);
});
