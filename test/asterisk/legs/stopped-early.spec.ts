import assert from 'node:assert/strict';
import { InboundLeg } from '../../../src/asterisk/legs/inbound-leg.ts';
import { LegRecorder } from '../../../src/asterisk/legs/leg-recorder.ts';
import { Playbacks } from '../../../src/asterisk/legs/playback.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { ScriptedAri } from '../../support/scripted-ari.ts';

const SOUND = 'http://127.0.0.1/media/a.wav';

describe('What is stopped before Asterisk has begun it', () => {
  let clock: FakeClock;
  let ari: ScriptedAri;
  let stop: AbortController;
  /** Lets Asterisk begin what it was asked for. */
  let begin: () => void;
  /** What Asterisk said to every stop: it knows nothing of what has not begun. */
  let stops: number[];

  beforeEach(() => {
    clock = new FakeClock();
    ari = new ScriptedAri();
    stop = new AbortController();
    stops = [];
    let begun = false;
    const beginning = new Promise<void>((resolve) => {
      begin = () => {
        begun = true;
        resolve();
      };
    });
    ari.respond = (name) => {
      if (!name.endsWith('.stop')) return beginning;
      stops.push(begun ? 204 : 404);
      return begun ? undefined : 404;
    };
  });

  const leg = () => new InboundLeg(ari.context(clock, []), { channelId: 'c1', callSid: 'CA1' });

  it('is stopped then: a sound', async () => {
    const playbacks = new Playbacks(ari.context(clock, []));
    const outcome = playbacks.play(leg(), SOUND, stop.signal);
    await clock.advance(0);
    stop.abort();
    await clock.advance(0);
    begin();
    await clock.advance(2_000);
    assert.deepEqual([await outcome, stops], ['stopped', [404, 204]]);
  });

  it('is stopped then: a recording', async () => {
    const context = ari.context(clock, []);
    const recordings = new LegRecorder(context, new Playbacks(context));
    const order = { recordingSid: 'RE1', beep: false, maxLengthS: 60 };
    const outcome = recordings.record(leg(), order, stop.signal);
    await clock.advance(0);
    stop.abort();
    await clock.advance(0);
    begin();
    await clock.advance(2_000);
    assert.deepEqual([await outcome, stops], ['stopped', [404, 204]]);
  });
});
