// From a page to overlays in other tabs of the same browser (`/overlay?feed=tab`): what an emoji needs to be drawn, over a
// BroadcastChannel. No picture of the camera is in it. A page sends only while an overlay asks for it.

const CHANNEL = 'emojify.overlay';

/** An overlay asks this often. */
export const ASK_MS = 2000;

/** A page sends for this long after it was asked, and an overlay waits as long for a page that has fallen silent. */
export const LAST_MS = 5000;

/** In a page: sends its state to the overlays. */
export class FeedSender {
  #channel = openChannel();
  #until = -Infinity;
  /** @type {readonly unknown[]} what was sent last */
  #sent = [];

  /** @param {() => State} state */
  constructor(state) {
    this.#channel?.addEventListener('message', ({ data }) => {
      if (data !== 'ask') return;
      this.#until = performance.now() + LAST_MS;
      this.#sent = [];
      this.send(state());
    });
  }

  /**
   * To be called with every state.
   * @param {State} state
   */
  send(state) {
    if (performance.now() > this.#until) return;
    const { phase, expression, labels, faces, facesAt, mirrored, living, settings: { pack } } = state;
    const parts = [phase, expression, faces, mirrored, living, pack];
    if (this.#sent.length > 0 && parts.every((part, index) => part === this.#sent[index])) return;
    this.#sent = parts;
    // The clocks of two tabs begin at different times.
    const at = performance.timeOrigin + facesAt;
    this.#channel?.postMessage({ phase, expression, labels, faces, at, mirrored, living, pack });
  }
}

/** In an overlay: asks for a feed until it is closed. */
export class FeedReceiver {
  #channel = openChannel();
  #last = -Infinity;
  #timer = 0;

  /** @param {(feed: Feed|null) => void} onFeed  called with null while no page sends */
  constructor(onFeed) {
    this.#channel?.addEventListener('message', ({ data }) => {
      if (typeof data !== 'object') return;
      this.#last = performance.now();
      onFeed(data);
    });
    const ask = () => {
      this.#channel?.postMessage('ask');
      if (performance.now() - this.#last > LAST_MS) onFeed(null);
    };
    this.#timer = setInterval(ask, ASK_MS);
    ask();
  }

  close() {
    clearInterval(this.#timer);
    this.#channel?.close();
  }
}

function openChannel() {
  return 'BroadcastChannel' in globalThis ? new BroadcastChannel(CHANNEL) : null;
}
