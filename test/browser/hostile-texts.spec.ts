import assert from 'node:assert/strict';
import { consoleStories, type Visitor } from '../support/console-stories.ts';

/** What runs when a page takes a text for more than a text; each would call `hacked`. */
const CORPUS = [
  '<img src=x onerror=hacked()>',
  '"><script>hacked()</script>',
  "'onmouseover='hacked()",
  '<svg/onload=hacked()>',
  '<iframe srcdoc="<script>parent.hacked()</script>">',
  '{{constructor.constructor("hacked()")()}}',
  '</title><script>hacked()</script>',
  '<a href="javascript:hacked()">x</a>',
  '--><script>hacked()</script>',
  ']]><script>hacked()</script>',
];
const EVIL = CORPUS.join(' ');

consoleStories('Hostile texts', (current) => {
  it('are shown as they are: in names, headers, parameters, documents, URLs and notes', async () => {
    const { story, open } = current();
    story.app.reply('/voice', {
      headers: { 'content-type': 'text/xml' },
      body: `<Response><!--${EVIL.replaceAll('--', '- -')}--><Say>${escaped(EVIL)}</Say><Evil a="${escaped(EVIL)}"/></Response>`,
    });
    story.app.reply('/number', { status: 500, body: EVIL });
    await story.number('1000', { FriendlyName: EVIL.slice(0, 60) });
    await story.client('eve', { FriendlyName: EVIL.slice(0, 60) });
    const application = await story.rest('POST', '/Applications.json', {
      FriendlyName: EVIL.slice(0, 60),
      VoiceUrl: `http://app.example/${encodeURIComponent(EVIL)}`,
    });
    assert.equal(application.status, 201);
    story.onEnd(() => story.rest('DELETE', `/Applications/${String(application.json['sid'])}.json`));
    const alice = await story.phone('alice');
    const call = await alice.call('1000', {
      displayName: EVIL.slice(0, 100),
      headers: { 'X-Evil': EVIL.slice(0, 200) },
    });
    await call.ended;
    story.app.reply('/number', { status: 204 });
    await story.quiet();
    const [leg] = await story.calls();
    assert.ok(leg !== undefined);
    const noted = await story.rest('POST', `/Calls/${leg.sid}.json`, { Note: EVIL });
    assert.equal(noted.status, 200, JSON.stringify(noted.json));
    const visitor = await open('/calls');
    await visitor.page.addInitScript('window.hacked = () => { window.isHacked = true; };');
    for (const path of [
      '/calls',
      '/callbacks?State=delivered',
      '/problems',
      '/numbers',
      '/clients',
      '/applications',
      '/try',
    ]) {
      await looksHarmless(visitor, path);
    }
    await looksHarmless(visitor, `/calls/${leg.sid}?density=full`);
    for (const view of ['Waterfall', 'Table', 'JSON', 'Ladder']) {
      await visitor.page.getByRole('button', { name: view, exact: true }).first().click();
    }
    for (const row of await visitor.page.locator('.ladder-body [role=button]').all()) {
      await row.click();
      await visitor.page.getByRole('complementary').waitFor();
    }
    await isUnharmed(visitor);
    await visitor.page
      .getByText(CORPUS[0] ?? '')
      .first()
      .waitFor();
  });

  it('make no link of what is no address of the web', async () => {
    const { story, open } = current();
    const made = await story.rest('POST', '/Applications.json', {
      FriendlyName: 'x',
      VoiceUrl: 'http://app.example/<b>',
    });
    story.onEnd(() => story.rest('DELETE', `/Applications/${String(made.json['sid'])}.json`));
    const { page } = await open('/applications');
    const link = page.getByRole('link', { name: /app\.example/ });
    assert.equal(await link.getAttribute('rel'), 'noreferrer noopener');
    assert.match((await link.getAttribute('href')) ?? '', /^http:\/\/app\.example\//);
  });
});

async function looksHarmless(visitor: Visitor, path: string): Promise<void> {
  await visitor.page.goto(`/console${path}`);
  await visitor.page.getByRole('main').waitFor();
  await visitor.page.getByRole('heading', { level: 1 }).first().waitFor();
  await isUnharmed(visitor);
}

async function isUnharmed({ page }: Visitor): Promise<void> {
  assert.equal(await page.evaluate('window.isHacked === true'), false);
  assert.equal(
    await page.locator('main img, main iframe, main script, main [onerror], main [onload]').count(),
    0,
  );
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
