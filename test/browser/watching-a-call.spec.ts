import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { busyBobThenCarolTalks } from '../support/busy-bob-story.ts';
import { consoleStories } from '../support/console-stories.ts';

consoleStories('A call in the console', (current) => {
  it('is watched live from the INVITE to the last callback: busy bob, then carol', async () => {
    const { story, open } = current();
    const { page } = await open('/calls');
    const { call } = await busyBobThenCarolTalks(story, async (callSid) => {
      await page.locator(`a[href$="${callSid}"]`).click();
      await page.locator('.ladder text', { hasText: '180 Ringing' }).first().waitFor();
    });
    const ladder = page.locator('.ladder');
    for (const label of ['INVITE 1000', '486 Busy Here', 'Dial action: busy', 'Dial carol']) {
      await ladder.locator('text', { hasText: label }).first().waitFor();
    }
    await ladder.locator('.span.talk').waitFor();
    await call.hangUp();
    await ladder.locator('text', { hasText: 'BYE' }).first().waitFor();
    await ladder.locator('text', { hasText: 'Dial action: completed' }).waitFor();
    await ladder.locator('text', { hasText: /^completed · carol/ }).waitFor();
    await page.getByText('fell back to carol').waitFor();
    await page.getByText('bob was busy (486)').waitFor();
    await story.quiet();
    await page.locator('.live-sign').waitFor({ state: 'detached' });
  });

  it('tells everything of a selected request, and the address leads back to it', async () => {
    const { story, open } = current();
    const { call, callSid } = await busyBobThenCarolTalks(story);
    await call.hangUp();
    await story.quiet();
    const { page, context } = await open(`/calls/${callSid}`);
    await page
      .locator('.ladder')
      .getByRole('button', { name: /Dial action: busy/ })
      .click();
    const panel = page.getByRole('complementary', { name: 'Selected line' });
    await panel.getByText('DialSipResponseCode', { exact: true }).waitFor();
    await panel.getByText('486', { exact: true }).waitFor();
    await panel.getByText('no mistakes').waitFor();
    await panel.getByText('first byte').waitFor();
    story.app.reply('/other', '<Response><Sya>Hello</Sya></Response>');
    await panel.getByRole('button', { name: 'Ask again…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('URL').fill(story.app.url('/other'));
    await dialog.getByRole('button', { name: 'POST' }).click();
    await dialog
      .getByText(/is no verb|unknown|Sya/)
      .first()
      .waitFor();
    await dialog.getByRole('button', { name: 'Close' }).click();
    const [asked] = story.app.to('/other');
    assert.equal(asked?.params['DialCallStatus'], 'busy');
    assert.match(page.url(), /#e=/);
    const again = await context.newPage();
    await again.goto(page.url());
    await again
      .getByRole('complementary', { name: 'Selected line' })
      .getByText('DialSipResponseCode', { exact: true })
      .waitFor();
  });

  it('compares two lines that are marked', async () => {
    const { story, open } = current();
    const { call, callSid } = await busyBobThenCarolTalks(story);
    await call.hangUp();
    await story.quiet();
    const { page } = await open(`/calls/${callSid}`);
    await page
      .locator('.ladder')
      .getByRole('button', { name: /Dial action: busy/ })
      .click();
    await page.keyboard.press('Space');
    await page
      .locator('.ladder')
      .getByRole('button', { name: /Dial action: completed/ })
      .click();
    const difference = page.getByRole('region', { name: 'Difference' });
    const changed = difference.getByRole('row', { name: /≠ DialCallStatus/ });
    assert.deepEqual(await changed.getByRole('cell').allTextContents(), [
      '≠ DialCallStatus',
      'busy',
      'completed',
    ]);
  });

  it('is the same picture when its exported file is opened without a session', async () => {
    const { story, open, newVisitor } = current();
    const { call, callSid } = await busyBobThenCarolTalks(story);
    await call.hangUp();
    await story.quiet();
    const { page } = await open(`/calls/${callSid}`);
    await page.locator('.ladder text', { hasText: 'Dial carol' }).waitFor();
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByLabel('Numbers and names masked').uncheck();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'JSON', exact: true }).last().click();
    const file = await (await download).path();
    assert.equal(JSON.parse(await readFile(file, 'utf8')).format, 'legwork-call/1');
    const rows = page.locator('.ladder-body [role=button]');
    const drawn = await rows.evaluateAll((found) => found.map((row) => row.textContent));
    const stranger = await newVisitor();
    await stranger.page.goto('/console/open');
    await stranger.page.getByLabel('Exported call').setInputFiles(file);
    await stranger.page.locator('.ladder text', { hasText: 'Dial carol' }).waitFor();
    const opened = stranger.page.locator('.ladder-body [role=button]');
    assert.deepEqual(await opened.evaluateAll((found) => found.map((row) => row.textContent)), drawn);
  });

  it('is ended from the page', async () => {
    const { story, open } = current();
    const { call, callSid } = await busyBobThenCarolTalks(story);
    const { page } = await open(`/calls/${callSid}`);
    await page.getByRole('button', { name: 'Hang up' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Hang up' }).click();
    await call.ended;
    await page.locator('.ladder text', { hasText: 'BYE' }).first().waitFor();
  });
});
