import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { busyBobThenCarolTalks } from '../support/busy-bob-story.ts';
import { consoleStories } from '../support/console-stories.ts';

consoleStories('A call that is traced', (current) => {
  it('shows each SIP message in its ladder, its text beside it, and gives them as a capture', async () => {
    const { story, open } = current();
    const { call, callSid } = await busyBobThenCarolTalks(story);
    await call.hangUp();
    await story.quiet();
    const { page } = await open(`/calls/${callSid}?density=full`);
    const ladder = page.locator('.ladder');
    await ladder.getByRole('button', { name: /401 Unauthorized/ }).waitFor();
    await ladder
      .getByRole('button', { name: /100 Trying/ })
      .first()
      .waitFor();
    await ladder
      .getByRole('button', { name: /INVITE 1000/ })
      .last()
      .click();
    const panel = page.getByRole('complementary', { name: 'Selected line' });
    await panel.getByText(/^Authorization: Digest \*\*\*$/m).waitFor();
    await panel.getByText(/m=audio/).waitFor();
    await page.keyboard.press('Space');
    await ladder.getByRole('button', { name: /486 Busy Here/ }).click();
    await panel.getByRole('row', { name: /≠ Call-ID/ }).waitFor();
    await page.getByRole('button', { name: 'Export' }).click();
    const dialog = page.getByRole('dialog');
    assert.equal(await dialog.getByRole('button', { name: 'PCAP' }).isDisabled(), true);
    await dialog.getByLabel('Numbers and names masked').uncheck();
    const download = page.waitForEvent('download');
    await dialog.getByRole('link', { name: 'PCAP' }).click();
    const capture = await readFile(await (await download).path());
    assert.equal(capture.subarray(0, 4).toString('hex'), 'd4c3b2a1');
    assert.match(capture.toString('latin1'), /486 Busy Here/);
  });
});
