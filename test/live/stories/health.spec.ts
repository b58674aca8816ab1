import assert from 'node:assert/strict';
import { parseAsteriskVersion } from '../../../src/bundled-asterisk/asterisk-version.ts';
import { stories } from '../../support/live-story.ts';
import { waitUntil } from '../../support/wait-until.ts';

stories('GET /health', (story) => {
  const health = async () => {
    const reply = await fetch(`${story().stack.legwork.url}/health`);
    return { status: reply.status, body: (await reply.json()) as Record<string, unknown> };
  };
  const callbacks = async () =>
    (await health()).body['callbacks'] as { readonly pending: number; readonly oldest_s: number };
  const up = {
    status: 'up',
    pid: process.pid,
    version: '0.0.0-test',
    asterisk: 'up',
    sip: 'up',
    database: 'up',
  };

  it('says that everything is up, without authentication', async () => {
    const { name: version } =
      parseAsteriskVersion(await story().stack.legwork.foundation.ari.version()) ?? {};
    assert.deepEqual(await health(), {
      status: 200,
      body: { ...up, callbacks: { pending: 0, oldest_s: null }, transfers: `off, Asterisk ${version}` },
    });
  });

  it('counts the callbacks that are not delivered yet', async () => {
    const { app } = story();
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    app.reply('/voice', '<Response><Reject/></Response>');
    app.reply('/number', async () => {
      await held;
      return { status: 204 };
    });
    await story().number('1000');
    const alice = await story().phone('alice');
    await (await alice.call('1000')).ended;
    await waitUntil('two callbacks wait', async () => (await callbacks()).pending === 2);
    assert.ok((await callbacks()).oldest_s <= 5);
    assert.equal((await health()).status, 200);
    release();
    await story().quiet();
    assert.equal((await callbacks()).pending, 0);
    assert.deepEqual(await story().legs({ '1000': 'A' }), { A: 'inbound busy' });
  });
});
