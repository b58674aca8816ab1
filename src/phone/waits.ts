/** A promise with its handles. Nobody has to look at it. */
export class Deferred<T> {
  readonly promise: Promise<T>;
  resolve!: (value: T) => void;
  reject!: (error: Error) => void;

  constructor() {
    this.promise = new Promise<T>((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    ignoreRejection(this.promise);
  }
}

/** A failing promise (`ringing`, for example) that a test never looks at must not end the process. */
function ignoreRejection(promise: Promise<unknown>): void {
  promise.catch(() => undefined);
}

/** Gives every wait of one phone a deadline, and a message that says who waited for what. */
export class Waits {
  readonly #phone: string;
  readonly #defaultMs: number;
  readonly #open = new Set<(why: string) => void>();
  #stopped = false;

  constructor(phone: string, defaultMs: number) {
    this.#phone = phone;
    this.#defaultMs = defaultMs;
  }

  /** The deadline begins now. `detail` adds to the message what is known when the wait fails. */
  until<T>(
    what: string,
    promise: Promise<T>,
    options: { withinMs?: number | undefined; detail?: () => string } = {},
  ): Promise<T> {
    const withinMs = options.withinMs ?? this.#defaultMs;
    const waited = new Promise<T>((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer);
        this.#open.delete(fail);
      };
      const fail = (why: string) => {
        settle();
        const detail = options.detail === undefined ? '' : ` (${options.detail()})`;
        reject(new Error(`${this.#phone} waited for ${what}: ${why}${detail}`));
      };
      const timer = setTimeout(() => fail(`not within ${withinMs} ms`), withinMs);
      this.#open.add(fail);
      promise.then(
        (value) => {
          settle();
          resolve(value);
        },
        (error: Error) => {
          settle();
          reject(error);
        },
      );
      if (this.#stopped) fail('the phone was stopped');
    });
    ignoreRejection(waited);
    return waited;
  }

  /** Fails all pending waits, and all later ones. */
  stop(): void {
    this.#stopped = true;
    for (const fail of this.#open) fail('the phone was stopped');
  }
}
