/** The user has asked to stop. */
export class Interrupted extends Error {
  constructor() {
    super('Interrupted');
    this.name = 'Interrupted';
  }
}

/** What has to be undone at the end, however it ends; the last thing done is undone first. */
export class Cleanups {
  readonly #steps: (() => Promise<void>)[] = [];
  #closed = false;

  /** @throws Interrupted when the undoing has begun: nothing new may be done then */
  add(undo: () => Promise<void>): void {
    if (this.#closed) throw new Interrupted();
    this.#steps.push(undo);
  }

  /** Undoes everything, even when a step fails; returns what failed. */
  async run(): Promise<readonly string[]> {
    this.#closed = true;
    const failures: string[] = [];
    for (let undo = this.#steps.pop(); undo !== undefined; undo = this.#steps.pop()) {
      try {
        await undo();
      } catch (error) {
        failures.push(error instanceof Error ? error.message : String(error));
      }
    }
    return failures;
  }
}
