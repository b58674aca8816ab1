import assert from 'node:assert/strict';
import { leasedSender } from '../../../src/main/cluster/leased-sender.ts';
import { HeldLease } from '../../../src/store/lease/held-lease.ts';
import type { HttpFailure, HttpReply, HttpRequest, HttpSender } from '../../../src/webhooks/http-request.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const REQUEST: HttpRequest = {
  url: 'http://app.example/',
  method: 'POST',
  parameters: [],
  token: 'T1',
  bodyLimit: 1,
  overLimit: 'cut',
  retryBroken: 'always',
};
const REPLY: HttpReply = {
  ok: true,
  url: REQUEST.url,
  status: 200,
  headers: {},
  body: Buffer.from(''),
  durationMs: 1,
};
const ABORTED: HttpFailure = { ok: false, url: REQUEST.url, kind: 'aborted', message: '', durationMs: 1 };

/** Sends nothing; each request waits until the test answers it, or until it is cut off. */
class HeldSender implements HttpSender {
  readonly sent: HttpRequest[] = [];
  answer: (reply: HttpReply) => void = () => undefined;

  send(request: HttpRequest): Promise<HttpReply | HttpFailure> {
    this.sent.push(request);
    return new Promise((resolve) => {
      this.answer = resolve;
      request.signal?.addEventListener('abort', () => resolve(ABORTED));
    });
  }

  close(): void {}
}

describe('A request that is sent for a switch', () => {
  let clock: FakeClock;
  let lease: HeldLease;
  let held: HeldSender;
  let sender: HttpSender;
  let came: (HttpReply | HttpFailure)[];

  beforeEach(() => {
    clock = new FakeClock();
    lease = new HeldLease({ switchId: 'a', node: 'a', epoch: 1 }, clock, clock.steady());
    held = new HeldSender();
    sender = leasedSender(held, lease);
    came = [];
  });

  const send = (request = REQUEST) => void sender.send(request).then((reply) => came.push(reply));

  it('is answered under the lease', async () => {
    send();
    await clock.advance(0);
    held.answer(REPLY);
    await clock.advance(0);
    assert.deepEqual([came, held.sent.map(({ token }) => token)], [[REPLY], ['T1']]);
  });

  it('is cut off when the lease lapses, and made again with its token when that is renewed', async () => {
    send();
    await clock.advance(8_000);
    assert.deepEqual([held.sent.length, held.sent[0]?.signal?.aborted, came], [1, true, []]);
    lease.renewed(clock.steady());
    await clock.advance(0);
    held.answer(REPLY);
    await clock.advance(0);
    assert.deepEqual([came, held.sent.map(({ token }) => token)], [[REPLY], ['T1', 'T1']]);
  });

  it('may not be written any more when the process slept past the lease, though no timer has told it so', async () => {
    send();
    await clock.advance(0);
    assert.equal(held.sent[0]?.mayWrite?.(), true);
    clock.heldUp(8_000);
    assert.equal(held.sent[0]?.mayWrite?.(), false);
  });

  it('is neither sent nor answered once the lease is lost', async () => {
    send();
    await clock.advance(0);
    lease.lose();
    held.answer(REPLY);
    send();
    await clock.advance(60_000);
    assert.deepEqual([came, held.sent.length], [[], 1]);
  });

  it('is cut off when its leg ends', async () => {
    const over = new AbortController();
    send({ ...REQUEST, signal: over.signal });
    await clock.advance(0);
    over.abort();
    await clock.advance(0);
    assert.deepEqual(came, [ABORTED]);
  });
});
