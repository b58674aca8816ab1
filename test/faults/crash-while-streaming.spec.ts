import assert from 'node:assert/strict';
import { faultStories } from '../support/fault-stories.ts';
import { aliceCallsStreamed, streamServer, toldOfStreams } from '../support/stream-story.ts';
import { waitUntil } from '../support/wait-until.ts';

const NAMES = { '1000': 'A' };

faultStories('Legwork is killed while a call talks with a server, and another one listens', (story) => {
  it('the call goes on with the action, and each stream is told as stopped once', async () => {
    const server = await streamServer(story());
    const stream = (path: string) => `<Stream url="${server.url}/${path}" statusCallback="/stream"/>`;
    const call = await aliceCallsStreamed(
      story(),
      `<Start>${stream('ear')}</Start><Connect action="/after">${stream('agent')}</Connect>`,
    );
    await call.answered;
    call.audio.sendTone(440);
    const streams = [await server.flowing(0), await server.flowing(1)];
    await story().app.waitFor(() => toldOfStreams(story()).length === 2);
    await story().stack.crash();
    await waitUntil('their sockets are broken', () => streams.every(({ closed }) => closed === 1006));
    await story().stack.start();
    await call.audio.heardDigits('7');
    assert.equal((await call.ended).how, 'bye');
    await story().app.waitFor(
      () => toldOfStreams(story()).filter((line) => /stopped/.test(line)).length === 2,
    );
    await story().quiet();
    assert.deepEqual(toldOfStreams(story()).toSorted(), [
      '0 stream-started',
      '0 stream-started',
      '1 stream-stopped',
      '1 stream-stopped',
    ]);
    const after = story().app.to('/after');
    assert.deepEqual(
      after.map(({ params }) => [params['StreamEvent'], params['CallStatus']]),
      [['stream-stopped', 'in-progress']],
    );
    assert.equal(server.streams.length, 2);
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed' });
  });
});
