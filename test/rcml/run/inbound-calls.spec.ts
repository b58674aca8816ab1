import assert from 'node:assert/strict';
import { Admission } from '../../../src/call/routing/admission.ts';
import { CallerPace } from '../../../src/call/routing/caller-pace.ts';
import { createApiCall } from '../../../src/rcml/run/api-calls.ts';
import { takeInboundCall } from '../../../src/rcml/run/inbound-calls.ts';
import { ACCOUNT, CoreBench } from '../../support/core-bench.ts';
import { idleShares } from '../../support/work-shares.ts';

const VOICE_URL = 'http://app.test/voice';
const VOICE = { voiceMethod: 'POST', voiceFallbackMethod: 'POST', statusCallbackMethod: 'POST' } as const;

describe('More inbound calls than may be', () => {
  let bench: CoreBench;
  let channels: number;

  beforeEach(() => {
    bench = new CoreBench();
    channels = 0;
    bench.client('alice');
    bench.client('bob');
    bench.directory.numbers.push({
      sid: `PN${'0'.repeat(32)}`,
      accountSid: ACCOUNT,
      phoneNumber: '1000',
      voice: { ...VOICE, voiceUrl: VOICE_URL },
    });
    bench.documents.on(VOICE_URL, '<Response><Pause length="60"/></Response>');
  });

  function limited(calls: number, callsPerSecond = 1000) {
    const admission = new Admission({ calls, callsPerSecond }, bench.clock);
    return { ...bench.services, admission };
  }

  /** So many calls in one tick; each has decided when this resolves. */
  async function burst(services: CoreBench['services'], login: string, dialled: string, calls: number) {
    for (let call = 0; call < calls; call += 1) {
      channels += 1;
      const source = { kind: 'client', login } as const;
      const channelId = `channel-${channels}`;
      void takeInboundCall({ channelId, source, dialled, from: login, sipHeaders: [] }, services);
    }
    await bench.clock.advance(0);
  }

  const refusals = () => bench.control.commands.filter(([what]) => what === 'refuse').map(([, , why]) => why);
  const order = { accountSid: ACCOUNT, headers: [], from: '+1', timeoutS: 30 } as const;
  const apiOrder = {
    ...order,
    callee: { kind: 'client', name: 'bob' },
    document: { kind: 'inline', text: '<Response/>' },
  } as const;

  async function over(): Promise<void> {
    for (const { sid } of bench.calls.all()) await bench.control.hangUp(sid, 'normal');
    await bench.clock.advance(0);
    bench.check();
  }

  it('are refused however many come in one moment; who else calls is served meanwhile', async () => {
    const services = limited(20);
    await burst(services, 'alice', '1000', 30);
    assert.equal(bench.calls.size, 16);
    assert.deepEqual(
      refusals(),
      Array.from({ length: 14 }, () => 'overload'),
    );
    await burst(services, 'bob', '1000', 1);
    assert.equal(bench.calls.size, 17);
    await over();
  });

  it('leave their places when they are over', async () => {
    const services = limited(2);
    await burst(services, 'alice', '1000', 3);
    assert.equal(bench.calls.size, 2);
    for (const { sid } of bench.calls.all()) await bench.control.hangUp(sid, 'normal');
    await bench.clock.advance(0);
    await burst(services, 'alice', '1000', 3);
    assert.equal(bench.calls.size, 2);
    await over();
  });

  it('count together with calls that are ordered over REST', async () => {
    const services = limited(2);
    await burst(services, 'alice', '1000', 1);
    const [first, second] = await Promise.all([
      createApiCall(apiOrder, services),
      createApiCall(apiOrder, services),
    ]);
    assert.deepEqual([first === undefined, second === undefined], [false, true]);
    first?.start();
    await bench.clock.advance(0);
    await over();
  });

  it('do not include calls that lead nowhere: five hundred of those leave room for everybody', async () => {
    const services = limited(20, 10);
    await burst(services, 'alice', 'nobody', 500);
    assert.deepEqual(new Set(refusals()), new Set(['not-found']));
    await burst(services, 'alice', '1000', 5);
    assert.equal(bench.calls.size, 5);
    await bench.clock.advance(4_000);
    assert.equal(refusals().length, 500);
    await over();
  });

  it('wait for their refusal when their client calls again and again, but not for their turn to be served', async () => {
    const services = limited(100);
    await burst(services, 'alice', 'nobody', 100);
    const atOnce = refusals().length;
    assert.ok(atOnce > 20 && atOnce < 40, `${atOnce} are refused at once`);
    await burst(services, 'alice', '1000', 1);
    assert.equal(bench.calls.size, 1);
    await bench.clock.advance(4_000);
    assert.equal(refusals().length, 100);
    await over();
  });

  it('begin one after the other while other accounts work; those that still wait when we stop are refused', async () => {
    const { admission, ...services } = limited(100);
    const shares = idleShares(bench.clock);
    shares.spend('another account', 100);
    await bench.clock.advance(100);
    const pace = new CallerPace({ clock: bench.clock, shares, callsPerSecond: 10 });
    await burst({ ...services, admission, pace }, 'alice', '1000', 5);
    assert.equal(bench.calls.size, 2);
    await bench.clock.advance(100);
    assert.equal(bench.calls.size, 3);
    admission.close();
    await bench.clock.advance(1_000);
    assert.equal(bench.calls.size, 3);
    assert.deepEqual(refusals(), ['overload', 'overload']);
    await over();
  });

  it('give their place back when they cannot be written down', async () => {
    const services = limited(1);
    const failing = { begin: () => Promise.reject(new Error('disk full')) } as never;
    await burst({ ...services, journal: failing }, 'alice', '1000', 2);
    assert.deepEqual(refusals(), ['overload', 'overload']);
    await assert.rejects(createApiCall(apiOrder, { ...services, journal: failing }), /disk full/);
    await burst(services, 'alice', '1000', 1);
    assert.equal(bench.calls.size, 1);
    await over();
  });
});
