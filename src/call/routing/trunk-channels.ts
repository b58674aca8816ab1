/** Gives back what was taken; called again, it does nothing. */
export type Release = () => void;

/** Counts the calls that this process has on each trunk, in both directions, and keeps them below its limit. */
export class TrunkChannels {
  readonly #taken = new Map<string, number>();

  /** Takes one channel of a trunk until it is released; undefined when `max` are taken already. */
  take(trunkSid: string, max = Number.POSITIVE_INFINITY): Release | undefined {
    const taken = this.#taken.get(trunkSid) ?? 0;
    if (taken >= max) return undefined;
    this.#taken.set(trunkSid, taken + 1);
    let isHeld = true;
    return () => {
      if (isHeld) this.#release(trunkSid);
      isHeld = false;
    };
  }

  #release(trunkSid: string): void {
    const left = (this.#taken.get(trunkSid) ?? 0) - 1;
    if (left > 0) this.#taken.set(trunkSid, left);
    else this.#taken.delete(trunkSid);
  }
}
