import assert from 'node:assert/strict';
import { InboundLeg } from '../../../src/asterisk/legs/inbound-leg.ts';
import { LegRecorder } from '../../../src/asterisk/legs/leg-recorder.ts';
import { Playbacks } from '../../../src/asterisk/legs/playback.ts';
import type { RecordOrder } from '../../../src/call/call-control.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { ScriptedAri } from '../../support/scripted-ari.ts';

const NEVER = new AbortController().signal;
const ORDER: RecordOrder = { recordingSid: 'RE1', beep: false, maxLengthS: 60, silenceS: 5 };

describe('A recording of a leg', () => {
  let clock: FakeClock;
  let ari: ScriptedAri;
  /** RTP packets that came so far; undefined: Asterisk cannot tell. */
  let packets: number | undefined;

  beforeEach(() => {
    clock = new FakeClock();
    ari = new ScriptedAri();
    packets = undefined;
  });
  afterEach(() => assert.equal(clock.timers, 0));

  async function recording(order: Partial<RecordOrder> = {}, options: { signal?: AbortSignal } = {}) {
    const context = ari.context(clock, []);
    const playbacks = new Playbacks(context);
    const recordings = new LegRecorder(context, playbacks);
    const leg = new InboundLeg(context, { channelId: 'c1', callSid: 'CA1' });
    const asked: Readonly<Record<string, unknown>>[] = [];
    let playbackId = '';
    const respond = ari.respond;
    ari.respond = (name, parameters) => {
      if (name === 'channels.record') asked.push(parameters);
      if (name === 'channels.play') playbackId = String(parameters['playbackId']);
      if (name === 'channels.rtpstatistics') return { rxcount: packets };
      return respond(name, parameters);
    };
    const outcome = recordings.record(leg, { ...ORDER, ...order }, options.signal ?? NEVER);
    await clock.advance(0);
    return {
      outcome,
      asked,
      leg,
      beeped: () => playbacks.onEvent({ type: 'playback-ended', playbackId, failed: false }),
      ends: (failure?: string) =>
        recordings.onEvent({
          type: 'recording-ended',
          name: 'RE1',
          ...(failure === undefined ? {} : { failure }),
        }),
      hangUp: () => context.owners.get('c1')?.onEvent({ type: 'end', channelId: 'c1', end: { q850: 16 } }),
    };
  }

  it('is asked for with a net behind its limits, and with no key that ends it', async () => {
    const { asked, hangUp, outcome } = await recording();
    assert.deepEqual(asked, [
      {
        channelId: 'c1',
        name: 'RE1',
        format: 'wav',
        maxDurationSeconds: 62,
        maxSilenceSeconds: 5,
        ifExists: 'fail',
        beep: false,
        terminateOn: 'none',
      },
    ]);
    hangUp();
    assert.equal(await outcome, 'gone');
  });

  it('begins when the beep is over', async () => {
    const { asked, beeped, hangUp, outcome } = await recording({ beep: true });
    assert.deepEqual([ari.requests, asked], [['channels.play'], []]);
    beeped();
    await clock.advance(0);
    assert.equal(asked.length, 1);
    hangUp();
    assert.equal(await outcome, 'gone');
  });

  it('does not begin when the caller hangs up during the beep', async () => {
    const { asked, hangUp, outcome } = await recording({ beep: true });
    hangUp();
    assert.equal(await outcome, 'gone');
    assert.deepEqual(asked, []);
  });

  it('ended with silence when Asterisk ends it and the leg stays', async () => {
    const { ends, outcome } = await recording();
    ends();
    await clock.advance(500);
    assert.equal(await outcome, 'silence');
  });

  it('ended with the leg when Asterisk ends it a moment before', async () => {
    const { ends, hangUp, outcome } = await recording();
    ends();
    await clock.advance(300);
    hangUp();
    assert.equal(await outcome, 'gone');
  });

  it('is stopped at its length, even when Asterisk does not say that it stopped', async () => {
    const { outcome } = await recording({ maxLengthS: 3 });
    await clock.advance(2_999);
    assert.ok(!ari.requests.includes('recordings.stop'));
    await clock.advance(1);
    assert.ok(ari.requests.includes('recordings.stop'));
    await clock.advance(2_000);
    assert.equal(await outcome, 'max-length');
  });

  it('is stopped when somebody asks for it', async () => {
    const stop = new AbortController();
    const { ends, outcome } = await recording({}, { signal: stop.signal });
    stop.abort();
    await clock.advance(0);
    assert.ok(ari.requests.includes('recordings.stop'));
    ends();
    assert.equal(await outcome, 'stopped');
  });

  it('ends with silence when the phone sends nothing at all', async () => {
    packets = 100;
    const { ends, outcome } = await recording();
    await clock.advance(3_000);
    packets = 150;
    // The look at 4 s sees that packets came: the silence begins again.
    await clock.advance(5_000);
    assert.ok(!ari.requests.includes('recordings.stop'));
    await clock.advance(1_000);
    assert.ok(ari.requests.includes('recordings.stop'));
    ends();
    assert.equal(await outcome, 'silence');
  });

  it('goes on without silence when no limit is set for it', async () => {
    const { asked, ends, outcome, hangUp } = await recording({ silenceS: undefined } as object);
    assert.ok(!('maxSilenceSeconds' in (asked[0] ?? {})));
    await clock.advance(9_000);
    assert.deepEqual(ari.requests, ['channels.record']);
    ends();
    assert.equal(await outcome, 'gone');
    hangUp();
  });

  it('is noticed to be over when its end was not reported', async () => {
    packets = 0;
    const { outcome } = await recording({ silenceS: 30 });
    const watched = ari.respond;
    ari.respond = (name, parameters) => (name === 'recordings.getLive' ? 404 : watched(name, parameters));
    await clock.advance(10_500);
    assert.equal(await outcome, 'silence');
  });

  it('fails when Asterisk says so', async () => {
    const { ends, outcome } = await recording();
    ends('no space left');
    assert.equal(await outcome, 'failed');
  });

  for (const [status, outcome] of [
    [404, 'gone'],
    [409, 'gone'],
    [500, 'failed'],
  ] as const) {
    it(`is ${outcome} when Asterisk refuses it with ${status}`, async () => {
      ari.respond = (name) => (name === 'channels.record' ? status : undefined);
      assert.equal(await (await recording()).outcome, outcome);
    });
  }

  it('that another process began is watched to its end', async () => {
    const { asked, ends, outcome } = await recording({ resumes: true, beep: true });
    assert.deepEqual([ari.requests, asked], [['recordings.getLive'], []]);
    ends();
    await clock.advance(500);
    assert.equal(await outcome, 'silence');
  });

  it('that another process began has ended when it is no more', async () => {
    ari.respond = (name) => (name === 'recordings.getLive' ? 404 : undefined);
    assert.equal(await (await recording({ resumes: true })).outcome, 'silence');
    assert.deepEqual(ari.requests, ['recordings.getLive', 'recordings.getStored']);
  });

  it('that another process was about to begin is missing, and is not begun without being asked for', async () => {
    ari.respond = (name) => (name.startsWith('recordings.get') ? 404 : undefined);
    const { asked, outcome } = await recording({ resumes: true, beep: true });
    assert.equal(await outcome, 'missing');
    assert.deepEqual(asked, []);
  });

  it('that another process began is not taken for missing while Asterisk cannot tell', async () => {
    ari.respond = (name) => ({ 'recordings.getLive': 404, 'recordings.getStored': 500 })[name];
    assert.equal(await (await recording({ resumes: true })).outcome, 'silence');
  });
});
