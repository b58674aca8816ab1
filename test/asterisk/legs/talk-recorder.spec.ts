import assert from 'node:assert/strict';
import { InboundLeg } from '../../../src/asterisk/legs/inbound-leg.ts';
import type { LegContext } from '../../../src/asterisk/legs/leg-context.ts';
import { TalkRecorder } from '../../../src/asterisk/legs/talk-recorder.ts';
import type { TalkRecordOrder } from '../../../src/call/call-control.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { ScriptedAri } from '../../support/scripted-ari.ts';

const ORDER: TalkRecordOrder = { recordingSid: 'RE1', channels: 1 };

describe('A recording of both sides of a leg', () => {
  let clock: FakeClock;
  let ari: ScriptedAri;
  let context: LegContext;

  beforeEach(() => {
    clock = new FakeClock();
    ari = new ScriptedAri();
    context = ari.context(clock, []);
  });
  afterEach(() => assert.equal(clock.timers, 0));

  /** Begins it, as far as Asterisk lets it, then stops it. */
  async function recorded(
    order: TalkRecordOrder,
  ): Promise<readonly [outcome: string, requests: readonly string[]]> {
    const recordings = new TalkRecorder(context);
    const leg = new InboundLeg(context, { channelId: 'c1', callSid: 'CA1' });
    const respond = ari.respond;
    ari.respond = (name, parameters) => {
      if (name === 'channels.snoopChannelWithId') {
        const owner = context.owners.get(String(parameters['snoopId']));
        owner?.onEvent({ type: 'arrived', channelId: String(parameters['snoopId']) } as never);
      }
      return respond(name, parameters);
    };
    const stop = new AbortController();
    const done = recordings.record(leg, order, stop.signal);
    await clock.advance(0);
    const requests = [...ari.requests];
    stop.abort();
    for (const name of ['RE1', 'RE1-1', 'RE1-2']) {
      recordings.onEvent({ type: 'recording-ended', name });
    }
    await clock.advance(2_000);
    return [await done, requests];
  }

  const BEGUN = ['channels.snoopChannelWithId', 'channels.record'];

  it('is made on a channel that listens', async () => {
    assert.deepEqual(await recorded(ORDER), ['stopped', BEGUN]);
  });

  it('that another process began is only watched', async () => {
    assert.deepEqual(await recorded({ ...ORDER, resumes: true }), ['stopped', ['recordings.getLive']]);
  });

  it('that ended while nobody watched is not begun again', async () => {
    ari.respond = (name) => (name === 'recordings.getLive' ? 404 : undefined);
    const [, requests] = await recorded({ ...ORDER, resumes: true });
    assert.deepEqual(requests, ['recordings.getLive', 'recordings.getStored', 'channels.hangup']);
  });

  it('that another process was about to begin is begun', async () => {
    ari.respond = (name) => (/^recordings\.get|^channels\.get$/.test(name) ? 404 : undefined);
    assert.deepEqual(await recorded({ ...ORDER, resumes: true }), [
      'stopped',
      ['recordings.getLive', 'recordings.getStored', 'channels.get', ...BEGUN],
    ]);
  });

  it('that another process was about to begin uses the channel that listens already', async () => {
    ari.respond = (name) => (name.startsWith('recordings.get') ? 404 : undefined);
    assert.deepEqual(await recorded({ ...ORDER, resumes: true }), [
      'stopped',
      ['recordings.getLive', 'recordings.getStored', 'channels.get', 'channels.record'],
    ]);
  });
});
