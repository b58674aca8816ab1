import assert from 'node:assert/strict';
import { aliceListens } from '../support/alice-calls-1000.ts';
import { consoleStories } from '../support/console-stories.ts';
import { waitUntil } from '../support/wait-until.ts';

consoleStories('Callbacks in the console', (current) => {
  it('are shown when they failed, with the reason, and are delivered when they are replayed', async () => {
    const { story, open } = current();
    const call = await aliceListens(story, '<Gather timeout="60"/>');
    // 404 says that nobody is there to be told: it is given up at once.
    story.app.reply('/number', { status: 404 });
    await call.hangUp();
    await story.quiet();
    const before = story.app.to('/number').length;
    const { page } = await open('/callbacks?State=failed');
    await page.getByRole('button', { name: 'completed' }).first().click();
    const panel = page.getByRole('complementary', { name: 'Selected callback' });
    await panel.getByRole('cell', { name: '404' }).first().waitFor();
    await panel.getByText('first byte').last().waitFor();
    story.app.reply('/number', { status: 204 });
    await panel.getByRole('button', { name: 'Replay' }).click();
    await waitUntil('it is sent again', () => story.app.to('/number').length > before);
    await panel.getByText('✓ delivered').waitFor();
    const tokens = story.app.to('/number').map(({ headers }) => headers['i-idempotency-token']);
    assert.equal(tokens.at(-1), tokens[before - 1]);
  });

  it('are all replayed at once', async () => {
    const { story, open } = current();
    const call = await aliceListens(story, '<Gather timeout="60"/>');
    story.app.reply('/number', { status: 404 });
    await call.hangUp();
    await story.quiet();
    const before = story.app.to('/number').length;
    const [leg] = await story.calls();
    const { page } = await open(`/callbacks?State=failed&CallSid=${leg?.sid}`);
    await page.getByRole('button', { name: 'completed' }).waitFor();
    story.app.reply('/number', { status: 204 });
    await page.getByRole('button', { name: 'Replay all…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Replay', exact: true }).click();
    await page.getByText(/are pending again: completed/).waitFor();
    await waitUntil('it is sent again', () => story.app.to('/number').length > before);
  });

  it('lead to the call, whose ladder shows the failed one', async () => {
    const { story, open } = current();
    const call = await aliceListens(story, '<Gather timeout="60"/>');
    story.app.reply('/number', { status: 404 });
    await call.hangUp();
    await story.quiet();
    const { page } = await open('/callbacks?State=failed');
    await page.getByRole('button', { name: 'completed' }).first().click();
    await page.getByRole('link', { name: 'its call' }).click();
    await page.locator('.ladder text', { hasText: 'failed: 404' }).first().waitFor();
    await page.getByText(/callbacks? failed/).waitFor();
  });

  it('have signatures, and the page says why one does not fit', async () => {
    const { open } = current();
    const { page } = await open('/callbacks');
    await page.getByRole('button', { name: 'Check a signature' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(/^URL/).fill('http://app.example/status');
    await dialog.getByLabel(/^Body/).fill('CallSid=CA1');
    await dialog.getByLabel('X-Twilio-Signature').fill('x');
    await dialog.getByRole('button', { name: 'Check' }).click();
    await dialog.getByText('The signature is wrong').waitFor();
    await dialog.getByText('http://app.example/statusCallSidCA1').waitFor();
  });
});
