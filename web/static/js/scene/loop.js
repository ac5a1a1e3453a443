// The one loop that draws: it runs while there is something to draw, and in no hidden tab.

export class Loop {
  #draw;
  #request = 0;

  /** @param {(now: number) => boolean} draw  returns whether it wants to be called again */
  constructor(draw) {
    this.#draw = draw;
  }

  /** There is something to draw. */
  wake() {
    this.#request ||= requestAnimationFrame((now) => {
      this.#request = 0;
      if (this.#draw(now)) this.wake();
    });
  }
}
