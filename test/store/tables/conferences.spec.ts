import assert from 'node:assert/strict';
import type { ConferenceRecord, ParticipantRecord } from '../../../src/call/conference/conference-record.ts';
import { newSid } from '../../../src/call/sids.ts';
import { describeOnBoth } from '../both-databases.ts';
import { describeOnEvery } from '../every-store.ts';
import { ACCOUNT_SID, claimAll, entry, leg, NOON } from '../records.ts';

const FIRST_PAGE = { page: 0, pageSize: 50 };

function conference(changes: Partial<ConferenceRecord> = {}): ConferenceRecord {
  return {
    sid: newSid('CF'),
    accountSid: ACCOUNT_SID,
    friendlyName: 'Sales ☎',
    status: 'init',
    nextSequence: 0,
    dateCreated: NOON,
    dateUpdated: NOON,
    ...changes,
  };
}

function participant(conferenceSid: string, changes: Partial<ParticipantRecord> = {}): ParticipantRecord {
  return {
    conferenceSid,
    callSid: newSid('CA'),
    accountSid: ACCOUNT_SID,
    status: 'connected',
    muted: true,
    hold: false,
    startConferenceOnEnter: true,
    endConferenceOnExit: false,
    beepOnEnter: true,
    beepOnExit: false,
    dateCreated: NOON,
    dateUpdated: NOON,
    ...changes,
  };
}

describeOnEvery('The rooms', (the) => {
  const rooms = () => the().repositories.conferences;
  const commit = (room: ConferenceRecord, ...participants: readonly ParticipantRecord[]) =>
    the().journal.commit({ subjectSid: room.sid, accountSid: ACCOUNT_SID, conference: room, participants });

  it('are read as they were written', async () => {
    const room = conference({
      statusCallback: { url: 'http://app.test/', method: 'GET', events: ['start', 'end'] },
    });
    const member = participant(room.sid);
    await commit(room, member);
    assert.deepEqual(await rooms().find(ACCOUNT_SID, room.sid), room);
    assert.deepEqual(await rooms().participant(room.sid, member.callSid), member);
    assert.equal(await rooms().find(`AC${'2'.repeat(32)}`, room.sid), undefined);
  });

  it('keep the last state of what changes twice at one time', async () => {
    const room = conference();
    const member = participant(room.sid);
    const later = { ...room, status: 'in-progress', nextSequence: 3, dateUpdated: NOON + 1 } as const;
    await Promise.all([commit(room, member), commit(later, { ...member, muted: false, hold: true })]);
    assert.deepEqual(await rooms().find(ACCOUNT_SID, room.sid), later);
    assert.deepEqual(await rooms().participant(room.sid, member.callSid), {
      ...member,
      muted: false,
      hold: true,
    });
  });

  it('show who is in them, and not who has left', async () => {
    const room = conference();
    const [first, second] = [participant(room.sid), participant(room.sid, { dateCreated: NOON + 1 })];
    await commit(room, first, second);
    await commit(room, { ...first, status: 'left' });
    const { items, total } = await rooms().participants(room.sid, FIRST_PAGE, {});
    assert.deepEqual([items, total], [[second], 1]);
    assert.equal(await rooms().participant(room.sid, first.callSid), undefined);
  });

  it('are listed newest first, by status and name', async () => {
    const old = conference({ status: 'completed' });
    const now = conference({ dateCreated: NOON + 1 });
    const other = conference({ friendlyName: 'other', dateCreated: NOON + 2 });
    for (const room of [old, now, other]) await commit(room);
    const list = async (filter: Parameters<ReturnType<typeof rooms>['list']>[2]) =>
      (await rooms().list(ACCOUNT_SID, FIRST_PAGE, filter)).items.map(({ sid }) => sid);
    assert.deepEqual(await list({}), [other.sid, now.sid, old.sid]);
    assert.deepEqual(await list({ friendlyName: 'Sales ☎' }), [now.sid, old.sid]);
    assert.deepEqual(await list({ status: 'init', friendlyName: 'Sales ☎' }), [now.sid]);
  });

  it('are found by name: the one that lives, else the newest', async () => {
    const live = conference();
    const over = conference({ status: 'completed', dateCreated: NOON + 1 });
    await commit(over);
    assert.equal((await rooms().findByName(ACCOUNT_SID, 'Sales ☎'))?.sid, over.sid);
    await commit(live);
    assert.equal((await rooms().findByName(ACCOUNT_SID, 'Sales ☎'))?.sid, live.sid);
    assert.equal(await rooms().findByName(ACCOUNT_SID, 'sales ☎'), undefined);
  });

  it('that are not completed are found at a start, with who was in them', async () => {
    const live = conference();
    const member = participant(live.sid);
    await commit(live, member, participant(live.sid, { status: 'left' }));
    await commit(conference({ status: 'completed' }));
    assert.deepEqual(await rooms().unfinished(), [{ conference: live, participants: [member] }]);
  });
});

describeOnBoth('The calls of a room', (the) => {
  it('are found by it in the list of calls', async () => {
    const { journal, repositories } = the().store;
    const [one, other, apart] = [leg(), leg({ createdAt: NOON + 1 }), leg()];
    for (const each of [one, other, apart]) await journal.commit(entry(each));
    const room = conference();
    const participants = [one, other].map(({ sid: callSid }) => participant(room.sid, { callSid }));
    await journal.commit({ subjectSid: one.sid, accountSid: ACCOUNT_SID, conference: room, participants });
    const found = async (conferenceSid: string) =>
      (await repositories.calls.list(ACCOUNT_SID, FIRST_PAGE, { conferenceSid })).items.map(({ sid }) => sid);
    assert.deepEqual(await found(room.sid), [other.sid, one.sid]);
    assert.deepEqual(await found(newSid('CF')), []);
  });
});

describeOnBoth('The callbacks of a room', (the) => {
  it('keep one line', async () => {
    const room = conference();
    const callbacks = [1, 2].map((at) => ({
      sid: newSid('CB'),
      accountSid: ACCOUNT_SID,
      callSid: room.sid,
      url: 'http://app.test/room',
      method: 'POST' as const,
      parameters: [],
      createdAt: NOON + at,
    }));
    await the().store.journal.commit({
      subjectSid: room.sid,
      accountSid: ACCOUNT_SID,
      conference: room,
      callbacks,
    });
    const due = await claimAll(the().store.callbackQueue, {
      now: NOON + 10_000_000_000,
      claimUntil: NOON + 20_000_000_000,
      limit: 10,
    });
    assert.deepEqual(
      due.map(({ sid }) => sid),
      [callbacks[0]?.sid],
    );
  });
});
