// Takes about 15 s.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jssipModule, MICROPHONE_HZ, sipJs, newToken } from '../support/browser-phone.ts';
import { consoleStories, type ConsoleStory } from '../support/console-stories.ts';
import { toneFile } from '../support/made-sounds.ts';
import { ownPort } from '../support/own-ports.ts';
import { waitUntil } from '../support/wait-until.ts';

const PAGE = readFileSync('docs/webrtc.md', 'utf8');
const CDN = 'https://cdn.jsdelivr.net/npm/jssip@3.13.8/+esm';

function block(language: string): string {
  const [, text] = new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(PAGE) ?? [];
  assert.ok(text !== undefined, `docs/webrtc.md has no ${language}`);
  return text;
}

/** Runs the page's server as it is printed; resolves with its address. */
async function runServer({ legwork, story }: ConsoleStory): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'legwork-page-'));
  await writeFile(join(folder, 'server.mjs'), block('js'));
  await writeFile(join(folder, 'index.html'), block('html'));
  const { url, accountSid, authToken } = legwork.connection;
  const port = await ownPort();
  const child = spawn(process.execPath, [join(folder, 'server.mjs')], {
    stdio: 'inherit',
    env: { LEGWORK: url, ACCOUNT_SID: accountSid, AUTH_TOKEN: authToken, LOGIN: 'alice', PORT: String(port) },
  });
  story.onEnd(async () => {
    const ended = once(child, 'exit');
    child.kill();
    await ended;
    await rm(folder, { recursive: true, force: true });
  });
  const here = `http://localhost:${port}/`;
  await waitUntil('the server answers', () =>
    fetch(here).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
  return here;
}

consoleStories('docs/webrtc.md', (current) => {
  it('has a page of at most sixty lines that calls and is called, as it is printed', async () => {
    assert.ok(block('html').trimEnd().split('\n').length <= 60);
    const { newVisitor, story } = current();
    const bob = await story.phone('bob');
    await story.client('alice');
    const here = await runServer(current());
    const { page } = await newVisitor({ alsoFrom: [here, CDN] });
    const headers = { 'access-control-allow-origin': '*' };
    await page.route(CDN, async (route) =>
      route.fulfill({ body: await jssipModule(), contentType: 'text/javascript', headers }),
    );
    await page.goto(here);
    await page.getByText('Ready').waitFor();
    await page.getByLabel('Number').fill('bob');
    await page.getByRole('button', { name: 'Call' }).click();
    const out = await bob.incoming();
    await out.answer();
    await page.getByText('Talking').waitFor();
    assert.ok((await out.audio.heardTone(MICROPHONE_HZ, { forMs: 300 })) > 0);
    await page.getByRole('button', { name: '7' }).click();
    await out.audio.heardDigits('7');
    await page.getByRole('button', { name: 'Hang up' }).click();
    await out.ended;
    await page.getByText('Over: Terminated').waitFor();

    const back = await bob.call('alice');
    await page.getByText('Call from bob').waitFor();
    await page.getByRole('button', { name: 'Answer' }).click();
    await back.answered;
    assert.ok((await back.audio.heardTone(MICROPHONE_HZ, { forMs: 300 })) > 0);
    await back.hangUp();
    await page.getByText('Over: Terminated').waitFor();
    await story.quiet();
  });

  it('says that SIP.js works too', async () => {
    const { newVisitor, story } = current();
    await story.client('alice');
    await story.number('1000');
    story.app.reply('/voice', '<Response><Play loop="0">/tone</Play></Response>');
    const tone = await toneFile('wav', 800, 3);
    story.app.reply('/tone', { headers: { 'content-type': 'audio/wav' }, body: tone });
    const html = { 'content-type': 'text/html' };
    story.app.reply('/sipjs/', {
      headers: html,
      body: '<!doctype html><link rel="icon" href="data:,"><audio id="sound"></audio><script src="sip.js"></script>',
    });
    story.app.reply('/sipjs/sip.js', {
      headers: { 'content-type': 'text/javascript; charset=utf-8' },
      body: await sipJs(),
    });
    const token = await newToken(story, 'alice');
    const { page } = await newVisitor({ alsoFrom: [story.app.url('/')] });
    await page.goto(story.app.url('/sipjs/'));
    const script = `(async (token) => {
      const phone = new SIP.Web.SimpleUser(token.ws_url, {
        aor: token.uri,
        media: { remote: { audio: document.getElementById('sound') } },
        userAgentOptions: {
          logLevel: 'error',
          authorizationUsername: token.username,
          authorizationPassword: token.password,
        },
      });
      globalThis.phone = phone;
      await phone.connect();
      await phone.register();
      await phone.call('sip:1000@' + token.uri.split('@')[1]);
    })(${JSON.stringify(token)})`;
    await page.evaluate(script);
    const received = `(async () => {
      const { peerConnection } = phone.session.sessionDescriptionHandler;
      let energy = 0;
      (await peerConnection.getStats()).forEach((entry) => {
        if (entry.type === 'inbound-rtp') energy += entry.totalAudioEnergy;
      });
      return energy;
    })()`;
    await waitUntil('the tone is heard', async () => Number(await page.evaluate(received)) > 0.01);
    await page.evaluate('phone.hangup()');
    await story.quiet();
    assert.deepEqual(await story.legs({ '1000': 'A' }), { A: 'inbound completed' });
  });
});
