interface Known {
  readonly at: number;
  /** Changes whenever something is added. */
  readonly version: number;
}

/** Destinations that may have something in the table of callbacks, and from when on it can be claimed. */
export class TableDestinations {
  readonly #known = new Map<string, Known>();
  #version = 0;

  /** Something is there for this destination, which can be claimed at `at`. */
  add(destination: string, at: number): void {
    this.#version += 1;
    const before = this.#known.get(destination)?.at ?? at;
    this.#known.set(destination, { at: Math.min(before, at), version: this.#version });
  }

  /** When something can be claimed there; undefined when there is nothing. */
  at(destination: string): number | undefined {
    return this.#known.get(destination)?.at;
  }

  /** Call it before the table is asked; the returned function takes the answer, which counts unless something was added meanwhile. */
  asking(destination: string): (nextAt: number | undefined) => void {
    const version = this.#known.get(destination)?.version;
    return (nextAt) => {
      if (version === undefined || this.#known.get(destination)?.version !== version) return;
      if (nextAt === undefined) this.#known.delete(destination);
      else this.#known.set(destination, { at: nextAt, version });
    };
  }
}
