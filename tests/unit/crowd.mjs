// Many pages and one server in simulated time, deterministic: the page's flow control, and a queue like that of
// server/live (the latest frame of each page, least recently served first, old frames dropped while there are fresher
// ones). For adapt.test.mjs.

const FRAME_MS = 1000 / 30;
const ENCODE_MS = 5;

/** @returns {() => number} 0 to 1, the same sequence every time */
function randomNumbers(seed) {
  let state = seed;
  return () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
}

export class Crowd {
  /**
   * @param flow  the module
   * @param clients  how many pages
   * @param capacity  of the server, frames per second
   * @param bytesPerMs  bandwidth of each page
   * @param delayMs  latency in each direction
   * @param freshMs  Infinity for a server that keeps old frames
   */
  constructor({flow, clients, capacity, bytesPerMs = 1e4, delayMs = 5, freshMs = 80, staleMs = 1000, workers = 2, fps = 30}) {
    Object.assign(this, {flow, capacity, bytesPerMs, delayMs, freshMs, staleMs, workers});
    this.random = randomNumbers(7);
    this.now = 0;
    this.events = [];
    this.idle = workers;
    this.limits = {frame_bytes: 1e6, frame_pixels: 1e6, fps, credits: 2};
    this.clients = Array.from({length: clients}, () => this.#client());
    this.reset();
  }

  /** Resets the statistics. */
  reset() {
    this.since = this.now;
    for (const client of this.clients) Object.assign(client, {ages: [], drops: 0, steps: []});
  }

  leave(count) {
    for (const client of this.clients.splice(0, count)) client.gone = true;
  }

  /** Advances the simulated time. */
  run(seconds) {
    const end = this.now + seconds * 1000;
    for (; this.now < end; this.now += 1) {
      const due = this.events.filter(event => event.at <= this.now);
      if (due.length) this.events = this.events.filter(event => event.at > this.now);
      for (const {call} of due) call();
      this.#serve();
      for (const client of this.clients) if (this.now >= client.nextPicture) this.#picture(client);
    }
    return this;
  }

  /** Statistics since the last `reset`. */
  get summary() {
    const seconds = (this.now - this.since) / 1000;
    const ages = this.clients.flatMap(client => client.ages).sort((a, b) => a - b);
    const rates = this.clients.map(client => client.ages.length / seconds);
    return {
      p95: ages[Math.floor(ages.length * .95)],
      total: rates.reduce((sum, rate) => sum + rate, 0),
      minimum: Math.min(...rates),
      mean: rates.reduce((sum, rate) => sum + rate, 0) / rates.length,
      aims: this.clients.map(client => client.state.pace.fps),
      steps: this.clients.map(client => client.state.pace.step),
      larger: Math.max(...this.clients.map(({steps}) => steps.filter((step, i) => i && step < steps[i - 1]).length)),
      lost: this.clients.reduce((sum, client) => sum + client.drops, 0) / Math.max(1, ages.length),
    };
  }

  #client() {
    const nextPicture = this.now + this.random() * FRAME_MS;
    return {state: this.flow.startFlow(this.limits), nextPicture, encoding: false, waiting: null, busy: false,
      served: this.random() * -1000, uplinkFree: 0};
  }

  #after(ms, call) {
    this.events.push({at: this.now + ms, call});
  }

  #picture(client) {
    client.nextPicture += FRAME_MS;
    client.steps.push(client.state.pace.step);
    if (client.hidden || client.encoding || !this.flow.maySend(client.state, this.now)) return;
    const taken = this.now;
    const scale = [1, 5 / 6, 2 / 3][client.state.pace.step];
    client.encoding = true;
    this.#after(ENCODE_MS, () => {
      client.encoding = false;
      client.state = this.flow.frameSent(client.state, this.now);
      const frame = {number: client.state.sent, taken, scale};
      client.uplinkFree = Math.max(client.uplinkFree, this.now) + 25_000 * scale ** 2 / this.bytesPerMs;
      this.#after(client.uplinkFree - this.now + this.delayMs, () => this.#arrive(client, frame));
    });
  }

  #arrive(client, frame) {
    if (client.gone) return;
    if (client.waiting) this.#drop(client, client.waiting, 0);
    client.waiting = {...frame, arrived: this.now};
  }

  #drop(client, frame, retryMs) {
    client.drops += 1;
    this.#after(this.delayMs, () => {
      client.state = this.flow.frameAnswered(client.state, {frame: frame.number, dropped: true, retryMs}, this.now);
    });
  }

  #serve() {
    while (this.idle > 0) {
      const queue = this.clients.filter(client => client.waiting && !client.busy).sort((a, b) => a.served - b.served);
      if (!queue.length) return;
      const waited = client => this.now - client.waiting.arrived;
      const [client] = queue;
      const old = waited(client) > this.freshMs && queue.some(other => waited(other) <= this.freshMs);
      if (old || waited(client) > this.staleMs) {
        const frame = client.waiting;
        client.waiting = null;
        this.#drop(client, frame, Math.min(waited({waiting: frame}), this.staleMs) + 1);
      } else {
        this.#work(client);
      }
    }
  }

  #work(client) {
    const frame = client.waiting;
    Object.assign(client, {waiting: null, busy: true, served: this.now});
    this.idle -= 1;
    const ms = (1000 * this.workers / this.capacity) * (.75 + .5 * this.random());
    this.#after(ms, () => {
      this.idle += 1;
      client.busy = false;
      const [serverMs, queueMs] = [this.now - frame.arrived, this.now - frame.arrived - ms];
      this.#after(this.delayMs, () => {
        client.ages.push(this.now - frame.taken);
        const answer = {frame: frame.number, timing: {serverMs, queueMs, encodeMs: ENCODE_MS, lagMs: 0}};
        client.state = this.flow.frameAnswered(client.state, answer, this.now);
      });
    });
  }
}
