import assert from 'node:assert/strict';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { makeAsteriskFolder } from '../../src/bundled-asterisk/asterisk-folder.ts';
import { rotateLogs } from '../../src/bundled-asterisk/log-rotation.ts';
import { type LiveStory, stories } from '../support/live-story.ts';
import { Stranger } from '../support/sip-question.ts';
import { waitUntil } from '../support/wait-until.ts';

stories("What Asterisk writes on the bundled Asterisk's disk", (story) => {
  const folderOf = ({ stack }: LiveStory) => makeAsteriskFolder(stack.dataDir);

  it('it reads our sounds where they are, and makes no copies', async () => {
    const { stateDir } = await folderOf(story());
    const { app } = story();
    app.reply('/voice', '<Response><Say>This one is not copied.</Say></Response>');
    app.reply('/number', { status: 204 });
    await story().number('1000');
    const alice = await story().phone('alice');
    const call = await alice.call('1000');
    await call.audio.heardSound({ forMs: 300 });
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();
    assert.deepEqual(await readdir(join(stateDir, 'cache')), []);
  });

  it('its log of strangers is put aside under it, and begins anew', async () => {
    const { stateDir } = await folderOf(story());
    const security = join(stateDir, 'log/security');
    const stranger = await Stranger.at('127.0.0.88', story().stack.sip);
    story().onEnd(() => stranger.close());
    const size = async () => (await stat(security)).size;
    const guess = async () => {
      const before = await size();
      assert.equal((await stranger.ask({ method: 'REGISTER', from: 'nobody' })).status, 401);
      await waitUntil('Asterisk has logged it', async () => (await size()) > before);
    };
    await guess();
    const whole = await size();
    await rotateLogs([security], whole - 1);
    assert.equal((await readFile(`${security}.1`, 'utf8')).length, whole);
    await guess();
    assert.match(await readFile(security, 'utf8'), /^\[\d{4}-\d\d-\d\d .*127\.0\.0\.88/);
  });

  it('a new client writes nothing into its log', async () => {
    const { messagesLog } = await folderOf(story());
    const before = (await stat(messagesLog)).size;
    for (let n = 0; n < 20; n += 1) await story().client(`quiet-${n}`);
    const said = (await readFile(messagesLog)).subarray(before).toString();
    assert.equal(said, '');
  });
});
