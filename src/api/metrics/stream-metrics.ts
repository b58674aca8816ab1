import { Counter, Gauge, type Registry } from 'prom-client';
import type { StreamFigures } from '../../call/stream/stream-totals.ts';

/** Adds what streams come to, looked up whenever the metrics are read. */
export function addStreamFigures(registry: Registry, figures: () => StreamFigures | undefined): void {
  const registers = [registry];
  new Gauge({
    name: 'legwork_streams',
    help: 'Streams that are open, or waiting to be',
    labelNames: ['kind'],
    registers,
    collect() {
      const open = figures()?.open;
      for (const kind of ['unidirectional', 'bidirectional'] as const) this.set({ kind }, open?.[kind] ?? 0);
    },
  });
  new Counter({
    name: 'legwork_stream_frames_total',
    help: 'Frames of 20 ms to servers (out), and frames that legs were given (in)',
    labelNames: ['direction'],
    registers,
    collect() {
      this.reset();
      this.inc({ direction: 'out' }, figures()?.sent ?? 0);
      this.inc({ direction: 'in' }, figures()?.played ?? 0);
    },
  });
  const counted = (name: string, help: string, value: (found: StreamFigures) => number) =>
    new Counter({
      name,
      help,
      registers,
      collect() {
        const found = figures();
        this.reset();
        if (found !== undefined) this.inc(value(found));
      },
    });
  counted(
    'legwork_stream_silence_frames_total',
    'Frames of silence to servers, in place of audio that did not come in time',
    ({ silent }) => silent,
  );
  counted(
    'legwork_stream_dropped_total',
    'Frames that were left out because a server was too slow',
    ({ dropped }) => dropped,
  );
}
