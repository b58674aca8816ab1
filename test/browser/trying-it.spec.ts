import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { MICROPHONE_HZ } from '../support/browser-phone.ts';
import { consoleStories } from '../support/console-stories.ts';

/** Writes a document in place of the one that is there, once the editor has been loaded. */
async function write(page: Page, document: string): Promise<void> {
  await page.locator('.cm-content').click();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Backspace');
  await page.keyboard.insertText(document);
}

consoleStories('Try it in the console', (current) => {
  it('has the linter read what is written, calls, and shows the ladder', async () => {
    const { story, open } = current();
    const bob = await story.phone('bob');
    const { page } = await open('/try');
    await write(page, '<Response><Sya>Hello</Sya></Response>');
    await page.getByText('1 warning').waitFor();
    await page.locator('.cm-lint-marker-warning').waitFor();
    await page.getByRole('button', { name: 'Say something' }).click();
    await page.getByText('no mistakes').waitFor();
    await page.getByRole('button', { name: 'Call and show the ladder' }).click();
    const call = await bob.incoming();
    call.ring();
    await call.answer();
    await page.locator('.ladder text', { hasText: 'POST Calls' }).waitFor();
    await page.locator('.ladder text', { hasText: '200 OK' }).waitFor();
    await call.ended;
    await page.locator('.ladder text', { hasText: 'BYE' }).waitFor();
    assert.equal(await page.locator('.call-head h1').textContent(), 'legwork → bob');
  });

  it('gives a running call another document', async () => {
    const { story, open } = current();
    const bob = await story.phone('bob');
    const made = await story.rest('POST', '/Calls.json', {
      From: 'legwork',
      To: 'client:bob',
      Rcml: '<Response><Pause length="60"/></Response>',
    });
    const call = await bob.incoming();
    await call.answer();
    const { page } = await open(`/calls/${String(made.json['sid'])}?density=full`);
    await page.getByRole('button', { name: 'New document' }).click();
    await write(page, '<Response><Hangup/></Response>');
    await page.getByRole('button', { name: 'Run it' }).click();
    await call.ended;
    await page.locator('.ladder text', { hasText: 'The call was modified over REST' }).waitFor();
  });

  it('runs the document in this browser, which is a phone of a client, and dials from it', async () => {
    const { story, open } = current();
    const bob = await story.phone('bob');
    await story.client('anna');
    const { page } = await open('/try');
    await page.getByLabel('Client').selectOption('anna');
    await write(page, '<Response><Gather numDigits="1" timeout="30"/></Response>');
    await page.getByRole('button', { name: 'Run the document here' }).click();
    await page.getByText('anna: Talking.').waitFor();
    await page.getByRole('button', { name: '5', exact: true }).click();
    await page.getByText('The call is over: Terminated').waitFor();
    await page.getByLabel('Number to dial').fill('bob');
    await page.getByRole('button', { name: 'Dial' }).click();
    const call = await bob.incoming();
    assert.equal(call.fromUser, 'anna');
    await call.answer();
    await page.getByText('anna: Talking.').waitFor();
    assert.ok((await call.audio.heardTone(MICROPHONE_HZ, { forMs: 300 })) > 0);
    await page.getByRole('link', { name: 'Show the ladder' }).click();
    await page.locator('.call-head h1', { hasText: 'anna → bob' }).waitFor();
    await call.hangUp();
    await page.locator('.ladder text', { hasText: 'BYE' }).first().waitFor();
  });
});
