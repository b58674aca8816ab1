import assert from 'node:assert/strict';
import { newSid } from '../../../src/call/sids.ts';
import type { StreamRecord } from '../../../src/call/stream/stream-record.ts';
import { describeOnEvery } from '../every-store.ts';
import { ACCOUNT_SID, NOON } from '../records.ts';

const CALL = newSid('CA');
const PAGE = { page: 0, pageSize: 10 };

function stream(changes: Partial<StreamRecord> = {}): StreamRecord {
  return {
    sid: newSid('MZ'),
    accountSid: ACCOUNT_SID,
    callSid: CALL,
    status: 'in-progress',
    direction: 'unidirectional',
    track: 'inbound_track',
    url: 'wss://ear.test/a',
    nextSequence: 0,
    dateCreated: NOON,
    dateUpdated: NOON,
    ...changes,
  };
}

describeOnEvery('Streams', (the) => {
  async function write(...streams: readonly StreamRecord[]): Promise<void> {
    await the().journal.commit({ subjectSid: CALL, accountSid: ACCOUNT_SID, streams });
  }

  it('are read as the journal wrote them, by sid and by name', async () => {
    const { streams } = the().repositories;
    const callSid = newSid('CA');
    const bare = stream({ callSid });
    const full = stream({
      callSid,
      name: 'ear',
      direction: 'bidirectional',
      track: 'both_tracks',
      statusCallback: { url: 'http://a/?x=1', method: 'GET' },
      nextSequence: 2,
      errorCode: 31921,
      dateUpdated: NOON + 1,
    });
    await write(bare, full);
    assert.deepEqual(await streams.find(callSid, bare.sid), bare);
    assert.deepEqual(await streams.find(callSid, 'ear'), full);
    assert.equal(await streams.find(newSid('CA'), bare.sid), undefined);
    assert.equal(await streams.find(callSid, 'eye'), undefined);
  });

  it('take over their new state, also within one entry, and are unfinished until they have stopped', async () => {
    const { streams } = the().repositories;
    const begun = stream({ callSid: newSid('CA') });
    await write(begun);
    assert.ok((await streams.unfinished()).some(({ sid }) => sid === begun.sid));
    const stopped = { ...begun, status: 'stopped', nextSequence: 2, errorCode: 31901 } as const;
    await write({ ...begun, nextSequence: 1 }, stopped);
    assert.deepEqual(await streams.find(begun.callSid, begun.sid), stopped);
    assert.ok(!(await streams.unfinished()).some(({ sid }) => sid === begun.sid));
  });

  it('are listed per call, newest first; of several with one name the latest is found', async () => {
    const { streams } = the().repositories;
    const callSid = newSid('CA');
    const [first, second] = [1, 2].map((at) => stream({ callSid, name: 'a', dateCreated: NOON + at }));
    assert(first && second);
    await write(first, second, stream({ callSid: newSid('CA') }));
    assert.deepEqual((await streams.list(callSid, PAGE)).items, [second, first]);
    assert.deepEqual(await streams.find(callSid, 'a'), second);
  });
});
