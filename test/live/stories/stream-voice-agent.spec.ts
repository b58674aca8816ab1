import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { sine, SAMPLE_RATE, toneMs } from '../../../src/phone/tones.ts';
import { stories } from '../../support/live-story.ts';
import { ownPort } from '../../support/own-ports.ts';
import { waitUntil } from '../../support/wait-until.ts';

const HZ = 700;

stories('The voice agent of docs/streams.md', (story) => {
  it('says back what the caller said', async () => {
    const port = await ownPort();
    const agent = spawn(process.execPath, ['docs/examples/voice-agent.mjs'], {
      env: { PORT: String(port) },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    agent.stdout.on('data', (data: Buffer) => (said += data.toString('utf8')));
    story().onEnd(async () => {
      agent.kill();
      await once(agent, 'exit');
    });
    await waitUntil('it listens', () => said.includes('A voice agent'));
    story().app.reply('/number', { status: 204 });
    await story().number('1000', { VoiceUrl: `http://127.0.0.1:${port}/voice` });
    const alice = await story().phone('alice');
    const call = await alice.call('1000');
    await call.answered;
    await call.audio.sendSamples(sine(HZ, { samples: SAMPLE_RATE }));
    await call.audio.heardTone(HZ, { forMs: 600 });
    await waitUntil('it was told that she heard it', () => said.includes('said'));
    assert.ok(toneMs(call.audio.received(), HZ) <= 1100);
    await call.hangUp();
    await story().quiet();
  });
});
