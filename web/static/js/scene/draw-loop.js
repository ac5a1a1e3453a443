// The page's only drawing loop: it runs while there is something to draw, and not in a hidden tab.

export class DrawLoop {
  #draw;
  #isRequested = false;

  /** @param {(now: number) => boolean} draw  returns true to be called again in the next animation frame */
  constructor(draw) {
    this.#draw = draw;
  }

  /** Draws in the next animation frame. */
  wake() {
    if (this.#isRequested) return;
    this.#isRequested = true;
    requestAnimationFrame((now) => {
      this.#isRequested = false;
      if (this.#draw(now)) this.wake();
    });
  }
}
