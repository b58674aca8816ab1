import assert from 'node:assert/strict';
import type { RecordingService } from '../../../src/api/ports.ts';
import { newSid } from '../../../src/call/sids.ts';
import { callService } from '../../../src/main/calls/call-service.ts';
import { recordingService } from '../../../src/main/calls/recording-service.ts';
import { ACCOUNT, CoreBench } from '../../support/core-bench.ts';
import { ANSWERS } from '../../support/fake-call-control.ts';

const VOICE_URL = 'http://app.test/voice';
const TERMS = { source: 'StartCallRecordingAPI', channels: 1, trimSilence: false } as const;

describe('Recordings as REST drives them', () => {
  let bench: CoreBench;
  let service: RecordingService;
  let callSid: string;

  beforeEach(async () => {
    bench = new CoreBench();
    bench.client('bob');
    bench.control.phones.set('bob', ANSWERS);
    bench.documents.on(VOICE_URL, '<Response><Pause length="60"/></Response>');
    service = recordingService(bench.services);
    const calls = callService(bench.services, { find: () => Promise.resolve(undefined) }, () => true);
    const created = await calls.create({
      accountSid: ACCOUNT,
      callee: { kind: 'client', name: 'bob' },
      headers: [],
      from: '1000',
      document: { kind: 'url', url: VOICE_URL, method: 'POST' },
      timeoutS: 30,
    });
    callSid = created.record.sid;
    created.start();
    await bench.clock.advance(0);
  });
  afterEach(async () => {
    bench.control.otherSideHangsUp(callSid);
    await bench.clock.advance(60_000);
    bench.check();
  });

  const answered = () => bench.clock.advance(5000);

  async function begun(): Promise<string> {
    const record = await service.begin(ACCOUNT, callSid, TERMS);
    assert.ok(typeof record === 'object');
    return record.sid;
  }

  it('begin on a call of the account that is in progress, and on no other', async () => {
    assert.equal(await service.begin(ACCOUNT, callSid, TERMS), 'not-in-progress');
    await answered();
    assert.equal(await service.begin(newSid('AC'), callSid, TERMS), 'not-in-progress');
    assert.equal(await service.begin(ACCOUNT, newSid('CA'), TERMS), 'not-in-progress');
    const sid = await begun();
    assert.deepEqual(
      service.running({ callSid }).map((record) => record.sid),
      [sid],
    );
  });

  it('are four of a call at most, also when they are asked for at once', async () => {
    await answered();
    const asked = await Promise.all(Array.from({ length: 6 }, () => service.begin(ACCOUNT, callSid, TERMS)));
    assert.deepEqual(
      asked.map((record) => (typeof record === 'string' ? record : record.status)),
      ['in-progress', 'in-progress', 'in-progress', 'in-progress', 'many', 'many'],
    );
    const [first] = service.running({ callSid });
    await service.change(first?.sid ?? '', { status: 'stopped' });
    assert.equal(typeof (await service.begin(ACCOUNT, callSid, TERMS)), 'object');
  });

  it('are paused, resumed and stopped, and not changed any more when they are over', async () => {
    await answered();
    const sid = await begun();
    const states: unknown[] = [];
    for (const order of [
      { status: 'paused', how: 'skip' },
      { status: 'paused', how: 'silence' },
      { status: 'in-progress' },
      { status: 'stopped' },
      { status: 'in-progress' },
    ] as const) {
      const changed = await service.change(sid, order);
      states.push(typeof changed === 'string' ? changed : [changed.status, changed.pauses?.at(-1)?.how]);
    }
    assert.deepEqual(states, [
      ['paused', 'skip'],
      'refused',
      ['in-progress', 'skip'],
      ['stopped', 'skip'],
      'not-running',
    ]);
    assert.equal(await service.change(newSid('RE'), { status: 'stopped' }), 'not-running');
  });

  it('says when Asterisk did not do it', async () => {
    await answered();
    const sid = await begun();
    bench.control.pauses = false;
    assert.equal(await service.change(sid, { status: 'paused', how: 'silence' }), 'failed');
  });
});
