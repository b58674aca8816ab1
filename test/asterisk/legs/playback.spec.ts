import assert from 'node:assert/strict';
import { InboundLeg } from '../../../src/asterisk/legs/inbound-leg.ts';
import { Playbacks } from '../../../src/asterisk/legs/playback.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { ScriptedAri } from '../../support/scripted-ari.ts';

const SOUND = 'http://127.0.0.1/media/a.wav';

/** What Asterisk is asked to play. */
async function played(soundFile?: (mediaUrl: string) => string | undefined): Promise<unknown> {
  const clock = new FakeClock();
  const ari = new ScriptedAri();
  const media: unknown[] = [];
  ari.respond = (name, parameters) => {
    if (name === 'channels.play') media.push(parameters['media']);
    return {};
  };
  const context = { ...ari.context(clock, []), ...(soundFile === undefined ? {} : { soundFile }) };
  const leg = new InboundLeg(context, { channelId: 'c1', callSid: 'CA1' });
  const stop = new AbortController();
  const outcome = new Playbacks(context).play(leg, SOUND, stop.signal);
  await clock.advance(0);
  stop.abort();
  await clock.advance(2_000);
  assert.equal(await outcome, 'stopped');
  return media;
}

describe('A sound', () => {
  it('is fetched by Asterisk, from a URL that is long enough for it', async () => {
    const [media] = (await played()) as [string];
    assert.match(media, /^sound:http:\/\/127\.0\.0\.1\/media\/a\.wav#-+$/);
  });

  it('is read by an Asterisk that has the file at hand', async () => {
    assert.deepEqual(await played(() => '/data/media/a.wav'), ['sound:/data/media/a']);
  });

  it('is fetched when the file is not at hand', async () => {
    const [media] = (await played(() => undefined)) as [string];
    assert.match(media, /^sound:http:/);
  });
});
