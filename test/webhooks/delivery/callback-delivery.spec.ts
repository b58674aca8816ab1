import assert from 'node:assert/strict';
import type { DueCallback } from '../../../src/call/callbacks-queue.ts';
import { deliver } from '../../../src/webhooks/delivery/callback-delivery.ts';
import type { HttpFailure, HttpReply, HttpRequest } from '../../../src/webhooks/http-request.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const callback: DueCallback = {
  sid: 'CB1',
  accountSid: 'AC1',
  callSid: 'CA1',
  url: 'http://app.example/status',
  method: 'POST',
  parameters: [],
  attempts: 0,
  createdAt: 0,
};
const reply = (status: number): HttpReply => ({
  ok: true,
  url: callback.url,
  status,
  headers: {},
  body: Buffer.alloc(0),
  durationMs: 1,
});
const failure = (kind: HttpFailure['kind']): HttpFailure => ({
  ok: false,
  url: callback.url,
  kind,
  message: kind,
  durationMs: 1,
});

describe('one attempt of a callback', () => {
  async function attempt(result: HttpReply | HttpFailure, patient = true) {
    const requests: HttpRequest[] = [];
    const delivery = await deliver(callback, 'token', patient, {
      clock: new FakeClock(1000),
      policy: { scheduleS: [1], random: () => 0.5 },
      sender: {
        send: async (request) => {
          requests.push(request);
          return result;
        },
        close: () => undefined,
      },
    });
    return { delivery, firstByteMs: requests.map((request) => request.firstByteMs) };
  }

  it("tells its receiver's pace what it was like", async () => {
    const outcomes: [HttpReply | HttpFailure, string][] = [
      [reply(204), 'replied'],
      [reply(500), 'replied'],
      [reply(404), 'replied'],
      [reply(429), 'busy'],
      [reply(503), 'busy'],
      [failure('timeout'), 'timed-out'],
      [failure('refused'), 'failed'],
      [failure('unknown-host'), 'failed'],
    ];
    for (const [result, outcome] of outcomes) {
      assert.equal((await attempt(result)).delivery.outcome, outcome);
    }
  });

  it('says where its time went, whatever came of it', async () => {
    const timing = { dnsMs: 1, connectMs: 2, firstByteMs: 3 };
    for (const result of [reply(204), failure('timeout')]) {
      assert.deepEqual((await attempt({ ...result, timing })).delivery.attempt.timing, timing);
    }
    assert.ok(!('timing' in (await attempt(reply(204))).delivery.attempt));
  });

  it('has the whole time, or two seconds up to the first byte', async () => {
    assert.deepEqual((await attempt(reply(204))).firstByteMs, [undefined]);
    assert.deepEqual((await attempt(reply(204), false)).firstByteMs, [2000]);
  });
});
