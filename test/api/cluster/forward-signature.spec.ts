import assert from 'node:assert/strict';
import {
  bodyHashOf,
  FORWARD_HEADERS,
  forwardKey,
  readForward,
  signForward,
} from '../../../src/api/cluster/forward-signature.ts';

const KEY = forwardKey(new Uint8Array(32).fill(7));
const BODY = Buffer.from('Status=completed');
const REQUEST = {
  method: 'POST',
  path: '/2012-04-24/Accounts/AC1/Calls/CA1.json?x=1',
  body: BODY,
  time: 1_000_000,
  accountSid: 'AC1',
  node: 'a',
};

/** What the receiving node makes of a request with these headers. */
function read(headers: Readonly<Record<string, string>>, changed: Partial<typeof REQUEST> = {}, key = KEY) {
  const { method, path, time } = { ...REQUEST, ...changed };
  return readForward(key, { method, path, header: (name) => headers[name] ?? '' }, time);
}

describe('A request that a node forwards', () => {
  const signed = signForward(KEY, REQUEST);
  const wrong = 'The signature of the forwarded request is wrong: nodes need the same secret key';

  it('is accepted with the account for which it was signed, and with its body', () => {
    const forwarder = { node: 'a', accountSid: 'AC1', bodyHash: bodyHashOf(BODY) };
    assert.deepEqual(read(signed), forwarder);
  });

  it('without a signature is a request like any other', () => {
    assert.equal(read({}), undefined);
  });

  it('is refused when its method, path, account, node or body was changed, or another key signed it', () => {
    const other = { [FORWARD_HEADERS.account]: 'AC2' };
    assert.deepEqual(
      [
        read(signed, { method: 'DELETE' }),
        read(signed, { path: '/2012-04-24/Accounts/AC1/Calls/CA2.json?x=1' }),
        read({ ...signed, ...other }),
        read({ ...signed, [FORWARD_HEADERS.node]: 'b' }),
        read({ ...signed, [FORWARD_HEADERS.bodyHash]: bodyHashOf(Buffer.from('Status=canceled')) }),
        read(signed, {}, forwardKey(new Uint8Array(32).fill(8))),
      ],
      Array.from({ length: 6 }, () => wrong),
    );
  });

  it('is refused when it is older than 30 s, or as far in the future', () => {
    const old = 'The forwarded request is too old';
    assert.deepEqual(
      [REQUEST.time + 30_001, REQUEST.time - 30_001].map((time) => read(signed, { time })),
      [old, old],
    );
    assert.equal(typeof read(signed, { time: REQUEST.time + 30_000 }), 'object');
  });
});
