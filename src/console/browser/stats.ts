/** The numbers of `GET P/Stats` and of the event `stats`. */
export interface Stats {
  readonly calls: { readonly queued: number; readonly ringing: number; readonly in_progress: number };
  readonly calls_last_minute: number;
  /** Of the last five minutes. */
  readonly calls_ended: number;
  readonly calls_answered: number;
  /** Milliseconds; null while no document has been asked for. */
  readonly document_p95: number | null;
  readonly callbacks: { readonly pending: number; readonly oldest_s: number | null };
  /** Of the last hour. */
  readonly problems: readonly { readonly error_code: number; readonly log: number; readonly count: number }[];
  readonly clients: { readonly total: number; readonly registered: number | null };
  readonly asterisk: string;
}

export function liveCalls({ calls }: Stats): number {
  return calls.queued + calls.ringing + calls.in_progress;
}

export function problemCount({ problems }: Stats): number {
  return problems.reduce((sum, { count }) => sum + count, 0);
}
