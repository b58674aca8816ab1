import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import { mediaRoutes } from '../../src/media/routes.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { addSound, openStore, wavOf } from './sound/sound-builders.ts';

const NAME = 'a'.repeat(64);

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

describe('the media endpoint', () => {
  let server: Server;
  let remove: () => Promise<void>;

  /** By hand: an HTTP client would tidy up the path. */
  const ask = async (method: string, path: string, headers: Record<string, string> = {}): Promise<Answer> => {
    const { port } = server.address() as AddressInfo;
    const asked = request({ host: '127.0.0.1', port, method, path, headers, agent: false });
    asked.end();
    const [answer] = await once(asked, 'response');
    const chunks: Buffer[] = [];
    for await (const chunk of answer) chunks.push(chunk);
    const { 'content-type': type, 'content-length': length, 'cache-control': cache, etag } = answer.headers;
    return { status: answer.statusCode, headers: { type, length, cache, etag }, body: Buffer.concat(chunks) };
  };

  before(async () => {
    const opened = await openStore(new FakeClock());
    remove = opened.remove;
    await addSound(opened.store, NAME, 1000);
    const app = new Koa();
    app.use(mediaRoutes(opened.store));
    app.use((ctx) => {
      ctx.body = 'elsewhere';
    });
    server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  after(async () => {
    server.close();
    await remove();
  });

  const headers = {
    type: 'audio/wav',
    length: '16044',
    cache: 'public, max-age=31536000, immutable',
    etag: `"${NAME}"`,
  };

  it('serves a sound that Asterisk may keep for ever', async () => {
    assert.deepEqual(await ask('GET', `/media/${NAME}.wav`), {
      status: 200,
      headers,
      body: wavOf(new Int16Array(8000)),
    });
  });

  it('answers HEAD with the same headers and no body', async () => {
    assert.deepEqual(await ask('HEAD', `/media/${NAME}.wav`), {
      status: 200,
      headers,
      body: Buffer.alloc(0),
    });
  });

  it('answers 304 to who has it already', async () => {
    for (const method of ['GET', 'HEAD']) {
      const { status, body } = await ask(method, `/media/${NAME}.wav`, { 'If-None-Match': `"${NAME}"` });
      assert.deepEqual({ status, length: body.length }, { status: 304, length: 0 });
    }
  });

  const missing: [method: string, path: string][] = [
    ['GET', `/media/${'b'.repeat(64)}.wav`],
    ['GET', `/media/${NAME}`],
    ['GET', `/media/${NAME}.mp3`],
    ['GET', `/media/${NAME}.wav/`],
    ['GET', `/media/${NAME.toUpperCase()}.wav`],
    ['GET', '/media'],
    ['GET', '/media/'],
    ['GET', '/media/key'],
    ['GET', '/media/../media/key'],
    ['GET', '/media/..%2Fkey'],
    ['GET', `/media/%2e%2e/media/${NAME}.wav`],
    ['GET', '/media/work/x.wav'],
    ['POST', `/media/${NAME}.wav`],
    ['DELETE', `/media/${NAME}.wav`],
  ];
  for (const [method, path] of missing) {
    it(`answers 404 to ${method} ${path.replaceAll(/[aAb]{64}/g, '<name>')}`, async () => {
      assert.equal((await ask(method, path)).status, 404);
    });
  }

  it('leaves other paths to others', async () => {
    assert.equal((await ask('GET', '/mediation')).body.toString(), 'elsewhere');
  });
});
