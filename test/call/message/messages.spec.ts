import assert from 'node:assert/strict';
import type { MessageRecord } from '../../../src/call/message/message-record.ts';
import { Messages } from '../../../src/call/message/messages.ts';
import { newSid } from '../../../src/call/sids.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { FakeDirectory } from '../../support/fake-directory.ts';
import { FakeMessageSender } from '../../support/fake-message-sender.ts';
import { MemoryMessages } from '../../support/memory-messages.ts';

const ACCOUNT = newSid('AC');
const STATUS = { url: 'http://app.test/sms', method: 'POST' } as const;

describe('Messages', () => {
  let clock: FakeClock;
  let store: MemoryMessages;
  let sender: FakeMessageSender;
  let troubles: string[];
  let finals: string[];
  let messages: Messages;

  beforeEach(() => {
    [clock, store, sender] = [new FakeClock(), new MemoryMessages(), new FakeMessageSender()];
    [troubles, finals] = [[], []];
    const directory = new FakeDirectory(ACCOUNT);
    const voice = { voiceMethod: 'POST', voiceFallbackMethod: 'POST', statusCallbackMethod: 'POST' } as const;
    directory.clients.push({ sid: newSid('CL'), accountSid: ACCOUNT, login: 'alice', voice });
    messages = new Messages({
      store,
      directory,
      sender,
      clock,
      find: (accountSid, sid) => store.find(accountSid, sid),
      onTrouble: (_sid, error) => void troubles.push(String(error)),
      onFinal: ({ status }) => void finals.push(status),
    });
  });

  const create = () =>
    messages.create({
      accountSid: ACCOUNT,
      from: { kind: 'client', name: 'alice' },
      to: { kind: 'sip', uri: 'sip:desk@pbx.test' },
      body: 'Hello',
      direction: 'outbound-api',
      statusCallback: STATUS,
    });
  const callbacks = () => store.entries.flatMap((entry) => entry.callbacks ?? []);

  it('get a final state after a restart, with the callback that they owe, and are not sent again', async () => {
    const { record } = await create();
    await messages.finishLeftBehind(await store.unfinished());
    assert.deepEqual(await store.unfinished(), []);
    const failed = await store.find(ACCOUNT, record.sid);
    assert.deepEqual([failed?.status, failed?.error?.code, failed?.dateSent], ['failed', 30008, undefined]);
    assert.deepEqual(
      callbacks().map(({ url, parameters }) => [url, new Map(parameters).get('MessageStatus')]),
      [[STATUS.url, 'failed']],
    );
    assert.deepEqual(sender.sent, []);
  });

  it('fail when something goes wrong inside, which is told', async () => {
    sender.failure = new Error('a bug');
    const { status, error } = await (await create()).send();
    assert.deepEqual([status, error?.code, troubles], ['failed', 30008, ['Error: a bug']]);
    assert.deepEqual(finals, ['failed']);
  });

  it('are none when they cannot be written, and their final state is told of when only that cannot be', async () => {
    store.failure = new Error('full');
    await assert.rejects(create(), /full/);
    store.failure = undefined;
    const queued = await create();
    store.failure = new Error('full');
    const final: MessageRecord = await queued.send();
    assert.deepEqual([final.status, troubles, finals], ['sent', ['Error: full'], []]);
  });

  it('of one account do not take the turns of another', () => {
    const admitted = Array.from({ length: 12 }, () => messages.admit(ACCOUNT));
    assert.equal(admitted.filter(Boolean).length, 10);
    assert.ok(messages.admit(newSid('AC')));
  });
});
