/** How many legs may be listened to for answering machines at the same time. */
export class DetectionPlaces {
  readonly most: number;
  #taken = 0;

  constructor(most: number) {
    this.most = most;
  }

  /** Takes a place; returns how it is given back, or undefined when there is none. */
  take(): (() => void) | undefined {
    if (this.#taken >= this.most) return undefined;
    this.#taken += 1;
    let isBack = false;
    return () => {
      if (!isBack) this.#taken -= 1;
      isBack = true;
    };
  }
}
