/** So often in a row a trunk fails before it rests. */
const FAILURES = 3;
const REST_MS = 30_000;

interface Health {
  failures: number;
  restsUntil: number;
}

/**
 * Remembers which trunks have failed lately: one that fails three times in a row is not tried for half a minute, unless
 * there is no other. Times are of a clock that never goes back.
 */
export class TrunkHealth {
  readonly #failing = new Map<string, Health>();

  failed(trunkSid: string, now: number): void {
    const health = this.#failing.get(trunkSid) ?? { failures: 0, restsUntil: now };
    health.failures += 1;
    if (health.failures >= FAILURES) health.restsUntil = now + REST_MS;
    this.#failing.set(trunkSid, health);
  }

  /** It has rung, or said something about the callee. */
  worked(trunkSid: string): void {
    this.#failing.delete(trunkSid);
  }

  isResting(trunkSid: string, now: number): boolean {
    return (this.#failing.get(trunkSid)?.restsUntil ?? now) > now;
  }

  /** Those that do not rest; all of them when all rest. The order stays. */
  ready<T extends { readonly trunkSid: string }>(trunks: readonly T[], now: number): readonly T[] {
    const ready = trunks.filter(({ trunkSid }) => !this.isResting(trunkSid, now));
    return ready.length === 0 ? trunks : ready;
  }
}
