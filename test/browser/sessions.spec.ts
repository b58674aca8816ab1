import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { consoleStories, signIn } from '../support/console-stories.ts';
import { waitUntil } from '../support/wait-until.ts';

consoleStories('Signing in to the console', (current) => {
  it('says that a token is wrong, takes the right one, and signs out', async () => {
    const { legwork, newVisitor } = current();
    const { page, context } = await newVisitor();
    await page.goto('/console/calls');
    await page.getByLabel('Account').fill(legwork.connection.accountSid);
    await page.getByLabel('AuthToken').fill('not-the-token-of-anybody');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').waitFor();
    await page.getByLabel('AuthToken').fill(legwork.authToken);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Calls' }).waitFor();
    const kept = JSON.stringify(await context.storageState());
    assert.ok(!kept.includes(legwork.authToken), 'the browser keeps no token');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('AuthToken').waitFor();
    await page.goto('/console/calls');
    await page.getByLabel('AuthToken').waitFor();
  });

  it('shows the form again when the session is over, and goes on where one was', async () => {
    const { legwork, open } = current();
    const { page, context } = await open('/numbers');
    await page.getByRole('heading', { name: 'Numbers', exact: true }).waitFor();
    await context.clearCookies();
    // Whatever is asked first notices it, and takes the page away.
    const asked = page
      .getByRole('button', { name: 'as JSON' })
      .click({ timeout: 1000 })
      .catch(() => undefined);
    await page.getByText('Your session is over').waitFor();
    await asked;
    await page.getByLabel('Account').fill(legwork.connection.accountSid);
    await page.getByLabel('AuthToken').fill(legwork.authToken);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Numbers', exact: true }).waitFor();
  });

  it('lets a read-only session look, and change nothing', async () => {
    const { open } = current();
    const { page } = await open('/numbers', { readOnly: true });
    await page.getByRole('heading', { name: 'Numbers', exact: true }).waitFor();
    assert.equal(await page.getByRole('button', { name: 'New number' }).count(), 0);
    const account = await page.evaluate(
      `fetch('/console/session', {headers: {'X-Legwork-Console': '1'}}).then((r) => r.json()).then((s) => s.account_sid)`,
    );
    const changes = [
      '/Calls',
      '/Clients',
      '/IncomingPhoneNumbers',
      '/Applications',
      '/SipTrunks',
      '/RcmlLint',
      '',
    ];
    const statuses = await page.evaluate(
      `Promise.all(${JSON.stringify(changes)}.map((path) => fetch('/2012-04-24/Accounts/${String(account)}' + path + '.json', {
        method: 'POST', headers: {'X-Legwork-Console': '1'}, body: new URLSearchParams({FriendlyName: 'x'}),
      }).then((reply) => reply.status)))`,
    );
    assert.deepEqual(
      statuses,
      changes.map(() => 403),
    );
  });

  it('lets no page of another origin change anything, not even of another port', async () => {
    const { legwork, open, story } = current();
    const { page, context, complaints } = await open('/');
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    const target = `${legwork.connection.url}/2012-04-24/Accounts/${legwork.connection.accountSid}/Applications.json`;
    const form = `<form id="f" method="POST" action="${target}"><input name="FriendlyName" value="forged"></form><script>f.submit()</script>`;
    const stranger = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(form);
    });
    stranger.listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    const tab = await context.newPage();
    const posted = tab.waitForResponse((response) => response.url() === target);
    await tab.goto(`http://127.0.0.1:${(stranger.address() as AddressInfo).port}/`).catch(() => undefined);
    assert.ok([401, 403].includes((await posted).status()));
    await tab.close();
    stranger.closeAllConnections();
    stranger.close();
    const { json } = await story.rest('GET', '/Applications.json?FriendlyName=forged');
    assert.deepEqual(json['applications'], []);
    complaints.length = 0;
  });

  it('needs no mouse', async () => {
    const { legwork, newVisitor } = current();
    const { page } = await newVisitor();
    await page.goto('/console/');
    await page.getByLabel('Account').waitFor();
    await page.keyboard.type(legwork.connection.accountSid);
    await page.keyboard.press('Tab');
    await page.keyboard.type(legwork.authToken);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it('shows who has signed in, and ends the sessions of others', async () => {
    const { open } = current();
    const { page: other } = await open('/numbers', { readOnly: true });
    await other.getByRole('heading', { name: 'Numbers', exact: true }).waitFor();
    const { page } = await open('/account');
    const rows = page.getByRole('table', { name: 'Sessions' }).getByRole('row');
    await rows.filter({ hasText: 'this one' }).waitFor();
    // Earlier stories have left sessions behind; the other one was used last, after one's own.
    const readers = rows.filter({ hasNotText: 'read and change' }).filter({ hasText: 'End' });
    for (;;) {
      const count = await readers.count();
      const button = readers.getByRole('button', { name: 'End' }).first();
      if ((await button.count()) === 0) break;
      await button.click();
      await waitUntil('it is gone', async () => (await readers.count()) < count);
    }
    await other.reload();
    await other.getByLabel('AuthToken').waitFor();
    assert.equal(await rows.filter({ hasText: 'this one' }).count(), 1);
  });

  it('begins a new session with each sign-in', async () => {
    const { legwork, newVisitor } = current();
    const { page, context } = await newVisitor();
    const cookieOf = async () => (await context.cookies()).find(({ name }) => name === 'legwork_session');
    await signIn(page, legwork);
    const first = await cookieOf();
    assert.deepEqual([first?.httpOnly, first?.sameSite], [true, 'Strict']);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('AuthToken').waitFor();
    await signIn(page, legwork);
    assert.notEqual((await cookieOf())?.value, first?.value);
  });
});
