import assert from 'node:assert/strict';
import type { NewCallback } from '../../../src/call/journal-store.ts';
import type { MessageRecord } from '../../../src/call/message/message-record.ts';
import { newSid } from '../../../src/call/sids.ts';
import { describeOnEvery } from '../every-store.ts';
import { ACCOUNT_SID, NOON } from '../records.ts';

const PAGE = { page: 0, pageSize: 10 };

function message(changes: Partial<MessageRecord> = {}): MessageRecord {
  return {
    sid: newSid('SM'),
    accountSid: ACCOUNT_SID,
    from: '+15550100',
    to: 'client:bob',
    body: 'Grüße ☎\nzwei',
    direction: 'outbound-api',
    status: 'queued',
    dateCreated: NOON,
    dateUpdated: NOON,
    ...changes,
  };
}

describeOnEvery('Messages', (the) => {
  async function write(...messages: readonly MessageRecord[]): Promise<void> {
    for (const one of messages) {
      await the().journal.commit({ subjectSid: one.sid, accountSid: ACCOUNT_SID, messages: [one] });
    }
  }

  it('are read as the journal wrote them', async () => {
    const { messages } = the().repositories;
    const bare = message();
    const full = message({
      callSid: newSid('CA'),
      direction: 'outbound-call',
      status: 'failed',
      error: { code: 30003, message: 'no phone' },
      statusCallback: { url: 'http://a/?x=1', method: 'GET' },
    });
    await write(bare, full);
    assert.deepEqual(await messages.find(ACCOUNT_SID, bare.sid), bare);
    assert.deepEqual(await messages.find(ACCOUNT_SID, full.sid), full);
    assert.equal(await messages.find(newSid('AC'), bare.sid), undefined);
  });

  it('are unfinished until they have their final state, which does not bring back a text that was removed', async () => {
    const { messages } = the().repositories;
    const queued = message();
    await write(queued);
    const unfinished = async () => (await messages.unfinished()).some(({ sid }) => sid === queued.sid);
    assert.ok(await unfinished());
    assert.equal(await messages.removeText(ACCOUNT_SID, queued.sid, NOON + 1), false);
    assert.equal(await messages.remove(ACCOUNT_SID, queued.sid), false);
    const sent = { ...queued, status: 'sent', dateSent: NOON + 2, dateUpdated: NOON + 2 } as const;
    await write(sent);
    assert.deepEqual(await messages.find(ACCOUNT_SID, queued.sid), sent);
    assert.ok(!(await unfinished()));
    assert.equal(await messages.removeText(ACCOUNT_SID, queued.sid, NOON + 3), true);
    await write(sent);
    assert.equal((await messages.find(ACCOUNT_SID, queued.sid))?.body, '');
    assert.equal(await messages.remove(newSid('AC'), queued.sid), false);
    assert.equal(await messages.remove(ACCOUNT_SID, queued.sid), true);
    assert.equal(await messages.find(ACCOUNT_SID, queued.sid), undefined);
  });

  it('are listed newest first, and by their parties and the time at which they were sent', async () => {
    const { messages } = the().repositories;
    const to = `client:${newSid('CA')}`;
    const first = message({ to, status: 'sent', dateSent: NOON, dateCreated: NOON });
    const second = message({ to, from: 'client:alice', dateCreated: NOON + 1 });
    await write(first, second);
    const list = async (filter: object) => (await messages.list(ACCOUNT_SID, PAGE, { to, ...filter })).items;
    assert.deepEqual(await list({}), [second, first]);
    assert.deepEqual(await list({ from: 'client:alice' }), [second]);
    assert.deepEqual(await list({ sentFrom: NOON, sentBefore: NOON + 1 }), [first]);
    assert.deepEqual(await list({ sentFrom: NOON + 1 }), []);
  });

  it('take with them what was delivered of them, and not what is still owed', async () => {
    const { messages, callbacks } = the().repositories;
    const sent = message({ status: 'sent', dateSent: NOON });
    const owed: NewCallback = {
      sid: newSid('CB'),
      accountSid: ACCOUNT_SID,
      callSid: sent.sid,
      url: 'http://owed.test/',
      method: 'POST',
      parameters: [],
      createdAt: NOON,
    };
    const entry = { subjectSid: sent.sid, accountSid: ACCOUNT_SID, messages: [sent], callbacks: [owed] };
    await the().journal.commit(entry);
    assert.equal(await messages.remove(ACCOUNT_SID, sent.sid), true);
    assert.equal((await callbacks.find(ACCOUNT_SID, owed.sid))?.state, 'pending');
  });
});
