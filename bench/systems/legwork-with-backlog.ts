import { join } from 'node:path';
import { newSid } from '../../src/call/sids.ts';
import { systemClock } from '../../src/clock.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { LegworkProcess } from '../../test/support/legwork-process.ts';
import type { Bed } from '../bed/bed.ts';
import { beginLegwork, settingsOnBed } from './legwork-system.ts';
import { PLACES } from './places.ts';

const LINE_LENGTH = 3;
const LINES_AT_ONCE = 200;

/** A Legwork of its own that has ended owing so many callbacks, three a call. */
export async function prepareBacklog(bed: Bed, callbacks: number): Promise<LegworkProcess> {
  const settings = settingsOnBed(bed, PLACES.legworkAsInstalled);
  const legwork = await LegworkProcess.prepare(settings, bed.asterisk.sip);
  await beginLegwork(bed, legwork);
  const { accountSid } = legwork.connection;
  await legwork.stop();
  const path = join(legwork.dataDir, 'legwork.sqlite');
  const store = await openStore({ kind: 'sqlite', path }, { clock: systemClock, logger: quiet });
  try {
    await owe(store, accountSid, `${bed.app.origin}/callback/backlog`, callbacks);
  } finally {
    await store.close();
  }
  return legwork;
}

const quiet = { debug: () => undefined, info: () => undefined, warn: console.warn, error: console.error };

async function owe(store: Store, accountSid: string, url: string, callbacks: number): Promise<void> {
  for (let owed = 0; owed < callbacks; owed += LINES_AT_ONCE * LINE_LENGTH) {
    const lines = Math.min(LINES_AT_ONCE, Math.ceil((callbacks - owed) / LINE_LENGTH));
    await Promise.all(
      Array.from({ length: lines }, (_, line) =>
        commitLine(store, accountSid, url, Math.min(LINE_LENGTH, callbacks - owed - line * LINE_LENGTH)),
      ),
    );
  }
}

function commitLine(store: Store, accountSid: string, url: string, length: number): Promise<unknown> {
  const callSid = newSid('CA');
  const callbacks = Array.from({ length }, () => ({
    sid: newSid('CB'),
    accountSid,
    callSid,
    url,
    method: 'POST' as const,
    parameters: Array.from({ length: 14 }, (_, n) => [`Parameter${n}`, `value ${n}`] as const),
    createdAt: systemClock.now(),
  }));
  return store.journal.commit({ subjectSid: callSid, accountSid, callbacks });
}
