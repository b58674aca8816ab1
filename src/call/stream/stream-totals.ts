import type { LiveStream } from './live-stream.ts';

/** What all streams of this process came to so far, for its metrics. */
export interface StreamFigures {
  readonly open: Readonly<Record<'unidirectional' | 'bidirectional', number>>;
  /** Frames to servers. */
  readonly sent: number;
  /** Frames that legs were given. */
  readonly played: number;
  /** Of the frames to servers, those of silence that stand in for what did not come. */
  readonly silent: number;
  /** Frames that were left out because a server was too slow. */
  readonly dropped: number;
}

const FRAME_MS = 20;

/** Adds up the streams that have ended and those that run. */
export class StreamTotals {
  readonly #running = new Set<LiveStream>();
  #past = { sent: 0, played: 0, silent: 0, dropped: 0 };

  begin(stream: LiveStream): void {
    this.#running.add(stream);
  }

  end(stream: LiveStream): void {
    this.#running.delete(stream);
    this.#past = added(this.#past, stream);
  }

  get figures(): StreamFigures {
    const open = { unidirectional: 0, bidirectional: 0 };
    let sum = this.#past;
    for (const stream of this.#running) {
      open[stream.record.direction] += 1;
      sum = added(sum, stream);
    }
    return { open, ...sum };
  }
}

/** The figures of several switches together. */
export function sumOf(all: readonly StreamFigures[]): StreamFigures {
  const sum = (of: (figures: StreamFigures) => number) => all.reduce((total, one) => total + of(one), 0);
  return {
    open: {
      unidirectional: sum(({ open }) => open.unidirectional),
      bidirectional: sum(({ open }) => open.bidirectional),
    },
    sent: sum(({ sent }) => sent),
    played: sum(({ played }) => played),
    silent: sum(({ silent }) => silent),
    dropped: sum(({ dropped }) => dropped),
  };
}

type Sums = Pick<StreamFigures, 'sent' | 'played' | 'silent' | 'dropped'>;

function added(sums: Sums, { counts: { sent, playedMs } }: LiveStream): Sums {
  return {
    sent: sums.sent + sent.frames,
    played: sums.played + playedMs / FRAME_MS,
    silent: sums.silent + sent.silent,
    dropped: sums.dropped + sent.dropped,
  };
}
