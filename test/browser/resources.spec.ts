import assert from 'node:assert/strict';
import { aliceListens } from '../support/alice-calls-1000.ts';
import { consoleStories } from '../support/console-stories.ts';
import { makeTrunk } from '../support/story-trunk.ts';
import { ALICE_HZ, aliceTalksToBob, BOB_HZ } from '../support/dial-story.ts';
import { waitUntil } from '../support/wait-until.ts';

/** How much louder a tone is than one that is not there. */
const APART_DB = 25;
/** Has the page say how loud a frequency is in what its nodes play, in decibels. */
const LISTEN = `
  const connect = AudioNode.prototype.connect;
  let ear;
  AudioNode.prototype.connect = function (to, ...more) {
    if (to instanceof AudioDestinationNode) {
      ear ??= new AnalyserNode(this.context, { fftSize: 4096, smoothingTimeConstant: 0 });
      connect.call(this, ear);
    }
    return connect.call(this, to, ...more);
  };
  globalThis.heard = (hz) => {
    const levels = new Float32Array(ear.frequencyBinCount);
    ear.getFloatFrequencyData(levels);
    return Math.max(-120, levels[Math.round((hz * ear.fftSize) / ear.context.sampleRate)]);
  };`;

consoleStories('Numbers, clients and recordings in the console', (current) => {
  it('are made, refused at the field that is wrong, changed and removed', async () => {
    const { story, open } = current();
    const { page } = await open('/numbers');
    await page.getByRole('button', { name: 'New number' }).click();
    const form = page.getByRole('dialog');
    await form.getByLabel('PhoneNumber').fill('not a number');
    await form.getByRole('button', { name: 'Make' }).click();
    const refused = form.locator('label.wrong');
    assert.match((await refused.textContent()) ?? '', /PhoneNumber must be/);
    await form.getByLabel('PhoneNumber').fill('2000');
    await form.getByLabel('VoiceUrl', { exact: false }).first().fill(story.app.url('/voice'));
    await form.getByRole('button', { name: 'Make' }).click();
    const row = page.getByRole('row').filter({ hasText: '2000' });
    await row.getByRole('button', { name: 'Change' }).click();
    await page.getByRole('dialog').getByLabel('FriendlyName').fill('the shop');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await row.getByText('the shop').waitFor();
    const { json } = await story.rest('GET', '/IncomingPhoneNumbers.json?PhoneNumber=2000');
    const [number] = json['incoming_phone_numbers'] as Record<string, unknown>[];
    assert.deepEqual(
      [number?.['friendly_name'], number?.['voice_url']],
      ['the shop', story.app.url('/voice')],
    );
    await row.getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await row.waitFor({ state: 'detached' });
  });

  it('say what a number would do, without a call', async () => {
    const { story, open } = current();
    await story.number('1000');
    const { page } = await open('/numbers');
    await page.getByRole('button', { name: 'What would a number do?' }).click();
    await page.getByLabel('Dialled').fill('1000');
    await page.getByLabel(/^By/).fill('client:alice');
    await story.client('alice');
    await page.getByRole('button', { name: 'Ask' }).click();
    await page.getByText('Its document would be asked for').waitFor();
  });

  it('show a new client as a card with a QR code, and its password only when it is asked for, just then', async () => {
    const { open } = current();
    const { page } = await open('/clients', { width: 360, colorScheme: 'dark' });
    await page.getByRole('button', { name: 'New client' }).click();
    const form = page.getByRole('dialog');
    await form.getByLabel('Login').fill('erin');
    await form.getByLabel('Password').fill('correct-horse-7');
    await form.getByRole('button', { name: 'Make' }).click();
    const card = page.getByRole('dialog', { name: 'A phone of erin' });
    const code = card.getByRole('img', { name: /QR code/ });
    const drawn = () => code.locator('path').getAttribute('d');
    await card.getByRole('img', { name: /without the password/ }).waitFor();
    const without = await drawn();
    assert.doesNotMatch((await page.content()) + page.url(), /correct-horse/);
    await card.getByRole('button', { name: 'Show the password' }).click();
    await card.getByText('correct-horse-7').waitFor();
    await card.getByRole('img', { name: /with the password/ }).waitFor();
    assert.notEqual(await drawn(), without);
    await card.getByRole('button', { name: 'Close' }).click();
    const row = page.getByRole('row').filter({ hasText: 'erin' });
    await row.getByRole('button', { name: 'Settings' }).click();
    await card.getByText('it is shown nowhere').waitFor();
    assert.equal(await drawn(), without);
    await card.getByRole('button', { name: 'Close' }).click();
    await row.getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await row.waitFor({ state: 'detached' });
  });

  it('show that a phone registers, as it does', async () => {
    const { story, open } = current();
    await story.client('dave');
    const { page } = await open('/clients');
    const row = page.getByRole('row').filter({ hasText: 'dave' });
    await row.getByText('not registered').waitFor();
    await story.anotherPhone('dave', '127.0.0.1');
    await row.getByText('✓ registered').waitFor();
    await row.getByRole('button', { name: 'Settings' }).click();
    const card = page.getByRole('dialog', { name: 'A phone of dave' });
    await card.getByText(String(story.stack.sip.port)).waitFor();
    await page.goto('/console/health');
    await page.getByRole('button', { name: 'Examine this installation' }).click();
    await page.getByRole('status').getByRole('listitem').first().waitFor();
    const log = page.getByRole('region', { name: 'Log' });
    await log.getByLabel('From').selectOption('info');
    await log.getByText('HTTP request').first().waitFor();
  });

  it('test a trunk: what it answers, and what to do when nothing listens there any more', async () => {
    const { story, open } = current();
    const carrier = await story.peer('carrier', '127.0.0.7');
    await makeTrunk(story, carrier, { FriendlyName: 'Carrier 7' });
    const { page } = await open('/trunks', { width: 360 });
    const row = page.getByRole('row').filter({ hasText: 'Carrier 7' });
    await row.getByRole('button', { name: 'Test' }).click();
    const dialog = page.getByRole('dialog', { name: 'Test of Carrier 7' });
    await dialog.getByText(/✓ 127\.0\.0\.7:\d+ answered 200 OK in \d+ ms\./).waitFor();
    const isTooWide = await dialog.evaluate((element) => {
      const { scrollWidth, clientWidth } = element as unknown as Record<
        'scrollWidth' | 'clientWidth',
        number
      >;
      return scrollWidth > clientWidth;
    });
    assert.equal(isTooWide, false);
    await carrier.stop();
    await dialog.getByRole('button', { name: 'Test again' }).click();
    await dialog.getByText(/✕ Nothing listens at 127\.0\.0\.7:\d+: the connection was refused\./).waitFor();
  });

  it('show who waits in a queue as they come, and take the first one to another document', async () => {
    const { story, open } = current();
    const { page } = await open('/rooms');
    await page.getByRole('button', { name: 'queues' }).click();
    story.app.reply('/taken', '<Response><Play digits="5"/></Response>');
    const call = await aliceListens(story, '<Enqueue waitUrl="">support</Enqueue>');
    const card = page.locator('section.room').filter({ hasText: 'support' });
    await card.getByText('1 of 1000 wait').waitFor();
    await card.getByLabel('Take to').fill(story.app.url('/taken'));
    await card.getByRole('button', { name: 'Take the first' }).click();
    await call.audio.heardDigits('5');
    await card.getByText('0 of 1000 wait').waitFor();
    await story.rest('DELETE', '/Queues/support.json');
  });

  it('let a recording be heard', async () => {
    const { story, open } = current();
    story.app.reply('/recorded', '<Response/>');
    const call = await aliceListens(story, '<Record action="/recorded" playBeep="false" maxLength="2"/>');
    call.audio.sendTone(440);
    await call.ended;
    await story.quiet();
    const { page } = await open('/recordings');
    const sound = page.locator('audio').first();
    await sound.waitFor();
    const seconds = await sound.evaluate(
      (element) =>
        new Promise((resolve, reject) => {
          const audio = element as unknown as {
            duration: number;
            preload: string;
            load(): void;
            onloadedmetadata: () => void;
            onerror: () => void;
          };
          audio.onloadedmetadata = () => resolve(audio.duration);
          audio.onerror = () => reject(new Error('The sound cannot be loaded'));
          audio.preload = 'metadata';
          audio.load();
        }),
    );
    assert.ok(Number(seconds) >= 1);
    await page.getByRole('heading', { name: 'Recordings' }).click();
    await sound.evaluate((element) => (element as unknown as { play(): Promise<void> }).play());
    await page
      .getByRole('img', { name: /as a wave/ })
      .first()
      .waitFor();
    await page.getByRole('row').filter({ has: sound }).getByRole('link', { name: /^CA/ }).click();
    await page.getByRole('region', { name: 'Recordings' }).locator('audio').waitFor();
    await page.getByRole('link', { name: 'Calls', exact: true }).first().click();
    await page.getByTitle('1 recording').first().waitFor();
  });

  it('let the two sides of a talk be heard apart', async () => {
    const { story, open } = current();
    story.app.reply('/after', '<Response/>');
    const document = '<Dial action="/after" record="record-from-answer-dual"><Client>bob</Client></Dial>';
    const { atBob } = await aliceTalksToBob(story, document);
    atBob.audio.mark();
    await atBob.audio.heardTone(ALICE_HZ, { forMs: 2000 });
    await atBob.hangUp();
    await story.quiet();
    const leg = (await story.calls()).find(({ direction }) => direction === 'inbound');
    const { page } = await open('/');
    await page.addInitScript(LISTEN);
    await page.goto(`/console/calls/${leg?.sid}`);
    const recordings = page.getByRole('region', { name: 'Recordings' });
    await recordings.locator('audio').evaluate((element) => {
      const audio = element as unknown as { loop: boolean; play(): Promise<void> };
      audio.loop = true;
      return audio.play();
    });
    await recordings.getByRole('img', { name: /^Left and right channel/ }).waitFor();
    const isHeardAlone = async (one: number, other: number) =>
      Number(await page.evaluate(`heard(${one}) - heard(${other})`)) > APART_DB;
    await recordings.getByRole('button', { name: 'left' }).click();
    await waitUntil('alice is heard alone', () => isHeardAlone(ALICE_HZ, BOB_HZ));
    await recordings.getByRole('button', { name: 'right' }).click();
    await waitUntil('bob is heard alone', () => isHeardAlone(BOB_HZ, ALICE_HZ));
  });
});
