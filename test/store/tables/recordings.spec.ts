import assert from 'node:assert/strict';
import type { RecordingRecord } from '../../../src/call/recording/recording-record.ts';
import { newSid } from '../../../src/call/sids.ts';
import { describeOnBoth } from '../both-databases.ts';
import { describeOnEvery } from '../every-store.ts';
import { ACCOUNT_SID, callback, NOON } from '../records.ts';

const OTHER_SID = `AC${'2'.repeat(32)}`;
const CONFERENCE_SID = `CF${'3'.repeat(32)}`;
const PAGE = { page: 0, pageSize: 10 };

function recording(changes: Partial<RecordingRecord> = {}): RecordingRecord {
  return {
    sid: newSid('RE'),
    accountSid: ACCOUNT_SID,
    callSid: newSid('CA'),
    status: 'in-progress',
    source: 'RecordVerb',
    channels: 1,
    trimSilence: false,
    startTime: NOON,
    dateCreated: NOON,
    dateUpdated: NOON,
    ...changes,
  };
}

function fullRecording(): RecordingRecord {
  return recording({
    status: 'completed',
    source: 'DialVerb',
    conferenceSid: CONFERENCE_SID,
    name: 'whole call',
    channels: 2,
    track: 'inbound',
    pauses: [{ atMs: 10, since: NOON, until: NOON + 2000, how: 'skip' }],
    trimSilence: true,
    statusCallback: { url: 'http://a/?x=1', method: 'GET', events: ['completed', 'absent'] },
    transcription: { url: 'http://a/said', parameters: [['CallSid', newSid('CA')]] },
    duration: 12,
    dateUpdated: NOON + 12_000,
  });
}

describeOnEvery('Recordings', (the) => {
  async function write(...recordings: readonly RecordingRecord[]): Promise<void> {
    await the().journal.commit({
      subjectSid: recordings[0]?.callSid ?? '',
      accountSid: ACCOUNT_SID,
      recordings,
    });
  }

  it('are read as the journal wrote them', async () => {
    const { recordings } = the().repositories;
    const [bare, full] = [recording(), fullRecording()];
    await write(bare, full);
    assert.deepEqual(await recordings.find(ACCOUNT_SID, bare.sid), bare);
    assert.deepEqual(await recordings.find(ACCOUNT_SID, full.sid), full);
  });

  it('take over their new state, and what they were made for stays', async () => {
    const { recordings } = the().repositories;
    const { transcription: _, ...full } = fullRecording();
    const begun = { ...fullRecording(), ...full, status: 'in-progress' } as const;
    await write(begun);
    await write({ ...full, channels: 1 });
    assert.deepEqual(await recordings.find(ACCOUNT_SID, full.sid), full);
  });

  it('have their last state when changes come faster than they are written', async () => {
    const { recordings } = the().repositories;
    const begun = recording();
    const over = { ...begun, status: 'absent', dateUpdated: NOON + 1 } as const;
    await Promise.all([write(begun), write(over)]);
    assert.deepEqual(await recordings.find(ACCOUNT_SID, begun.sid), over);
  });

  it('are paused and go on again', async () => {
    const { recordings } = the().repositories;
    const running = recording();
    const pauses = [{ atMs: 20, since: NOON + 1, how: 'skip' }] as const;
    const paused = { ...running, status: 'paused', pauses, dateUpdated: NOON + 1 } as const;
    await write(running, paused);
    assert.deepEqual(await recordings.find(ACCOUNT_SID, running.sid), paused);
    await write(running);
    assert.deepEqual(await recordings.find(ACCOUNT_SID, running.sid), running);
  });

  it('are listed newest first, also of one call or conference, and never those of another account', async () => {
    const { recordings } = the().repositories;
    const old = recording();
    const young = recording({ callSid: old.callSid, dateCreated: NOON + 1 });
    const elsewhere = recording({ conferenceSid: CONFERENCE_SID, dateCreated: NOON + 2 });
    await write(young, old, elsewhere, recording({ accountSid: OTHER_SID }));
    const list = async (filter: { callSid?: string; conferenceSid?: string }) =>
      (await recordings.list(ACCOUNT_SID, PAGE, filter)).items;
    assert.deepEqual(await list({}), [elsewhere, young, old]);
    assert.deepEqual(await list({ callSid: old.callSid }), [young, old]);
    assert.deepEqual(await list({ conferenceSid: CONFERENCE_SID }), [elsewhere]);
    assert.equal(await recordings.find(OTHER_SID, old.sid), undefined);
  });

  it('are removed once nothing more is written of them', async () => {
    const { recordings } = the().repositories;
    const [running, untold] = [recording({ status: 'paused' }), fullRecording()];
    const done = recording({ status: 'completed', duration: 3 });
    await write(running, untold, done);
    assert.equal(await recordings.remove(ACCOUNT_SID, running.sid), false);
    assert.equal(await recordings.remove(ACCOUNT_SID, untold.sid), false);
    assert.equal(await recordings.remove(OTHER_SID, done.sid), false);
    assert.equal(await recordings.remove(ACCOUNT_SID, done.sid), true);
    assert.equal(await recordings.remove(ACCOUNT_SID, done.sid), false);
  });

  it('are left unfinished when they are in progress, or nobody was told what was said', async () => {
    const [running, paused, untold] = [
      recording(),
      recording({ status: 'paused', dateCreated: NOON + 1 }),
      { ...fullRecording(), dateCreated: NOON + 2 },
    ];
    const stopped = recording({ status: 'stopped', dateCreated: NOON + 3 });
    await write(
      running,
      paused,
      untold,
      stopped,
      recording({ status: 'absent' }),
      recording({ status: 'completed' }),
    );
    assert.deepEqual(await the().repositories.recordings.unfinished(), [running, paused, untold, stopped]);
  });
});

describeOnBoth('Recordings in a database', (the) => {
  it('are written together with their callback, or not at all', async () => {
    const { store } = the();
    const record = recording();
    const owed = callback(record.callSid);
    const wrong = {
      subjectSid: record.callSid,
      accountSid: ACCOUNT_SID,
      recordings: [record],
      callbacks: [owed, owed],
    };
    // The tables refuse it.
    await store.journal.commit(wrong);
    assert.equal(await store.repositories.recordings.find(ACCOUNT_SID, record.sid), undefined);
    await store.journal.commit({
      subjectSid: record.callSid,
      accountSid: ACCOUNT_SID,
      recordings: [record],
      callbacks: [owed],
    });
    assert.deepEqual(await store.repositories.recordings.find(ACCOUNT_SID, record.sid), record);
    assert.equal((await store.callbackQueue.pending()).count, 1);
  });
});
