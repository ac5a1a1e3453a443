// The sheet with a snapshot or a recording, in a simulated document. Run by test_page_modules.py.

import assert from 'node:assert/strict';
import test from 'node:test';

class FakeElement extends EventTarget {
  open = false;
  children = [];
  querySelector = () => null;

  replaceChildren(...children) {
    this.children = children;
  }

  showModal() {
    this.open = true;
  }

  close() {
    this.open = false;
    this.dispatchEvent(new Event('close'));
  }
}

for (const name of ['HTMLElement', 'HTMLDialogElement', 'HTMLButtonElement']) globalThis[name] = FakeElement;
const elements = {};
globalThis.matchMedia = () => ({matches: true});
globalThis.document = {
  documentElement: {lang: 'en', dataset: {}},
  getElementById: id => (elements[id] ??= new FakeElement()),
  createElement: tag => Object.assign(new FakeElement(), {tag}),
};
const {ShareSheet} = await import(new URL('../../web/static/js/export/share-sheet.js', import.meta.url));

const capture = kind => ({kind, file: new File(['x'], kind), isPart: false});
const preview = () => elements['sheet-preview'].children.map(({tag}) => tag).join();

test('a recording that ends while a snapshot is shown waits until that is closed', () => {
  const sheet = new ShareSheet();
  sheet.open(capture('snapshot'));
  sheet.open(capture('recording'));
  assert.deepEqual([preview(), elements.sheet.open], ['img', true]);
  assert.equal(sheet.close(), 'snapshot');
  assert.deepEqual([preview(), elements.sheet.open], ['video', true]);
  assert.equal(sheet.close(), 'recording');
  assert.deepEqual([preview(), elements.sheet.open], ['', false]);
});
