/** One page of a list, newest first. */
export interface Page<T> {
  readonly items: readonly T[];
  /** How many match, counted up to `COUNTED_UP_TO`; undefined when there are more. */
  readonly total: number | undefined;
  /** Where the next page begins; undefined on the last one. */
  readonly nextKey: string | undefined;
}

/** A page by number (`Page`) or by key (from `nextKey`); a key wins. */
export interface PageRequest {
  readonly page: number;
  readonly pageSize: number;
  readonly key?: string;
}

export const COUNTED_UP_TO = 10_000;
