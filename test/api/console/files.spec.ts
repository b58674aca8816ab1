import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newSid } from '../../../src/call/sids.ts';
import { type FakeApi, startFakeApi } from '../../support/fake-api.ts';

const PAGE =
  '<!doctype html><meta property="csp-nonce" nonce="__CSP_NONCE__"><style nonce="__CSP_NONCE__"></style>';

describe("The console's files", () => {
  let folder: string;
  let api: FakeApi;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'legwork-console-'));
    await writeFile(join(folder, '..', 'legwork-secret.txt'), 'secret');
    api = await startFakeApi({ console: { folder: join(folder, 'console'), allowedAccounts: undefined } });
  });
  after(async () => {
    await api.close();
    await rm(folder, { recursive: true });
    await rm(join(folder, '..', 'legwork-secret.txt'));
  });

  const ask = (path: string, headers = {}) => api.request('GET', path, { as: '', headers });

  it('are missed with a page that says what to do, before they are built', async () => {
    const reply = await ask('/console/');
    assert.equal(reply.status, 503);
    assert.match(reply.text, /The console has not been built.*npm run build/s);
    assert.match(reply.headers.get('content-type') ?? '', /^text\/html/);
  });

  describe('once they are built', () => {
    before(async () => {
      await mkdir(join(folder, 'console', 'assets'), { recursive: true });
      await writeFile(join(folder, 'console', 'index.html'), PAGE);
      await writeFile(join(folder, 'console', 'favicon.svg'), '<svg/>');
      await writeFile(join(folder, 'console', 'assets', 'index-Ab_1.js'), 'run()');
      await writeFile(join(folder, 'console', 'assets', 'index-Ab_1.css'), 'a{}');
    });

    it('are one page for every path of the console', async () => {
      for (const path of [
        '/console/',
        '/console/calls',
        `/console/calls/${newSid('CA')}?Status=busy`,
        '/console/index.html',
      ]) {
        const reply = await ask(path);
        assert.equal(reply.status, 200, path);
        assert.match(reply.text, /^<!doctype html>/);
      }
    });

    it('have a nonce of their own for each reply, which the policy allows and nothing else', async () => {
      const [one, other] = [await ask('/console/'), await ask('/console/')];
      const nonceOf = ({ headers }: typeof one) =>
        /style-src 'self' 'nonce-([\w-]{22})'/.exec(headers.get('content-security-policy') ?? '')?.[1] ?? '';
      assert.equal(one.text, PAGE.replaceAll('__CSP_NONCE__', nonceOf(one)));
      assert.notEqual(nonceOf(one), nonceOf(other));
      assert.equal(one.headers.get('cache-control'), 'no-store');
      assert.equal(one.headers.get('permissions-policy'), 'microphone=(self), camera=(), geolocation=()');
      const host = new URL(api.url).host;
      assert.deepEqual((one.headers.get('content-security-policy') ?? '').split('; '), [
        "default-src 'none'",
        "script-src 'self'",
        `style-src 'self' 'nonce-${nonceOf(one)}'`,
        "img-src 'self' data:",
        "font-src 'self'",
        `connect-src 'self' ws://${host} wss://${host}`,
        "media-src 'self' blob:",
        "worker-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
      ]);
    });

    it('take nothing of a made-up Host into the policy', async () => {
      const { hostname, port } = new URL(api.url);
      const policy = await new Promise<string>((resolve, reject) => {
        const headers = { Host: "x; script-src 'unsafe-inline'" };
        get({ hostname, port, path: '/console/', headers, agent: false }, (response) => {
          response.resume();
          resolve(String(response.headers['content-security-policy']));
        }).on('error', reject);
      });
      assert.match(policy, /connect-src 'self';/);
      assert.equal(policy.includes('unsafe'), false);
    });

    it('are kept for ever by browsers when their names change with them', async () => {
      const script = await ask('/console/assets/index-Ab_1.js');
      assert.deepEqual([script.status, script.text], [200, 'run()']);
      assert.match(script.headers.get('content-type') ?? '', /javascript/);
      assert.equal(script.headers.get('cache-control'), 'public, max-age=31536000, immutable');
      const style = await ask('/console/assets/index-Ab_1.css');
      assert.match(style.headers.get('content-type') ?? '', /^text\/css/);
      const icon = await ask('/console/favicon.svg');
      assert.deepEqual([icon.text, icon.headers.get('cache-control')], ['<svg/>', 'no-cache']);
    });

    it('are compressed for browsers that take it, when they are large', async () => {
      const script = `run('${'x'.repeat(10_000)}')`;
      await writeFile(join(folder, 'console', 'assets', 'large-1.js'), script);
      for (const encoding of ['gzip, br', 'gzip', 'identity'] as const) {
        const reply = await ask('/console/assets/large-1.js', { 'Accept-Encoding': encoding });
        assert.equal(reply.text, script);
        assert.equal(reply.headers.get('content-encoding'), encoding === 'identity' ? null : 'gzip');
        assert.equal(reply.headers.get('vary'), 'Accept-Encoding');
      }
      const small = await ask('/console/assets/index-Ab_1.js', { 'Accept-Encoding': 'gzip' });
      assert.equal(small.headers.get('content-encoding'), null);
    });

    it('are no others than those in their folder', async () => {
      for (const path of [
        '/console/assets/none.js',
        '/console/..%2f..%2flegwork-secret.txt',
        '/console/assets/..%2f..%2f..%2flegwork-secret.txt',
        '/console/%2e%2e/%2e%2e/legwork-secret.txt',
        '/console/.env.js',
      ]) {
        const reply = await ask(path);
        assert.equal(reply.status, 404, path);
        assert.equal(reply.text.includes('secret\n') || reply.text === 'secret', false);
      }
    });

    it('begin with a slash', async () => {
      const response = await fetch(`${api.url}/console`, { redirect: 'manual' });
      assert.deepEqual([response.status, response.headers.get('location')], [308, '/console/']);
    });
  });
});
