import assert from 'node:assert/strict';
import { chaoticSender, parseChaos, seededRandom, type Trouble } from '../../../src/kit/world/chaos.ts';
import type { HttpReply, HttpRequest, HttpSender } from '../../../src/webhooks/http-request.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const DOCUMENT: HttpRequest = {
  url: 'http://app.test/voice',
  method: 'POST',
  parameters: [],
  token: 'token',
  bodyLimit: 100,
  overLimit: 'refuse',
  retryBroken: 'always',
};
const CALLBACK: HttpRequest = { ...DOCUMENT, retryBroken: 'reused-connection' };
const REPLY: HttpReply = {
  ok: true,
  url: DOCUMENT.url,
  status: 200,
  headers: { 'content-type': 'text/xml' },
  body: Buffer.from('<Response/>'),
  durationMs: 3,
};

/** What becomes of a request in this trouble, how often the server got it, and how long it took. */
async function meets(trouble: Trouble, request: HttpRequest) {
  const clock = new FakeClock();
  let sent = 0;
  const server: HttpSender = {
    send: () => {
      sent += 1;
      return Promise.resolve(REPLY);
    },
    close: () => undefined,
  };
  const chaos = { troubles: [trouble], rate: 1 };
  const sender = chaoticSender(server, { chaos, clock, random: () => 0.5 });
  const beganAt = clock.now();
  let over: Awaited<ReturnType<HttpSender['send']>> | undefined;
  let tookMs = 0;
  void sender.send(request).then((reply) => {
    over = reply;
    tookMs = clock.now() - beganAt;
  });
  await clock.advance(60_000);
  assert.ok(over !== undefined);
  const how = over.ok ? `${over.status} ${over.body.toString()}` : over.kind;
  return [how.trim(), sent, tookMs];
}

describe('Chaos between Legwork and an application server', () => {
  const TABLE: readonly (readonly [Trouble, HttpRequest, readonly unknown[]])[] = [
    ['slow', DOCUMENT, ['200 <Response/>', 1, 5000]],
    ['5xx', DOCUMENT, ['503', 1, 0]],
    ['malformed', DOCUMENT, ['200 <Respo', 1, 0]],
    ['timeout', DOCUMENT, ['timeout', 1, 15_000]],
    ['reset', DOCUMENT, ['200 <Response/>', 2, 0]],
    ['reset', CALLBACK, ['connection', 1, 0]],
  ];
  for (const [trouble, request, expected] of TABLE) {
    it(`makes ${trouble} of a ${request === CALLBACK ? 'callback' : 'document request'}`, async () => {
      assert.deepEqual(await meets(trouble, request), expected);
    });
  }

  it('leaves the fetching of sounds alone', async () => {
    const { token: _token, ...sound } = DOCUMENT;
    assert.deepEqual(await meets('5xx', sound), ['200 <Response/>', 1, 0]);
  });

  it('is read from the command line', () => {
    assert.deepEqual(parseChaos('slow,5xx:0.5'), { troubles: ['slow', '5xx'], rate: 0.5 });
    assert.deepEqual(parseChaos('reset'), { troubles: ['reset'], rate: 0.2 });
    assert.equal(parseChaos('rain'), '--chaos: "rain" is none of slow, 5xx, reset, malformed, timeout');
    assert.equal(parseChaos('slow:2'), '--chaos: the rate after the colon must be more than 0 and at most 1');
  });

  it('is the same for the same seed', () => {
    const some = (seed: number) => Array.from({ length: 5 }, seededRandom(seed));
    assert.deepEqual(some(7), some(7));
    assert.notDeepEqual(some(7), some(8));
    assert.ok(some(7).every((number) => number >= 0 && number < 1));
  });
});
