import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { makeResponse, type SipRequest, type SipResponse } from 'sip';
import { Phone, SipFailure } from '../../src/phone/phone.ts';
import { type SipAddress, SipSocket } from '../../src/phone/sip-socket.ts';
import { Deferred } from '../../src/phone/waits.ts';

type Reply = (request: SipRequest) => SipResponse | undefined;

/** A SIP server of which the test decides every answer. */
async function startServer(reply: Reply) {
  const requests: SipRequest[] = [];
  const socket: SipSocket = await SipSocket.open(
    { host: '127.0.0.1', port: 0 },
    {
      onRequest(request) {
        requests.push(request);
        const response = reply(request);
        if (response !== undefined) socket.respond(response);
      },
    },
  );
  return { socket, requests, address: socket.address };
}

/** Says 200 to what `user` with `secret` signed for this nonce (RFC 2617, computed here once more), else a challenge. */
function demandDigest(request: SipRequest, nonce: string, options: { proxy?: boolean; stale?: string } = {}) {
  const [given] = request.headers[options.proxy ? 'proxy-authorization' : 'authorization'] ?? [];
  if (given !== undefined && unquoted(given['nonce']) === nonce) {
    const md5 = (...parts: string[]) => createHash('md5').update(parts.join(':')).digest('hex');
    const ha1 = md5(unquoted(given['username']), 'legwork', 'secret');
    const ha2 = md5(request.method, request.uri);
    const { nc = '', qop = '' } = given;
    const expected = md5(ha1, nonce, nc, unquoted(given['cnonce']), qop, ha2);
    if (unquoted(given['response']) === expected) return tagged(makeResponse(request, 200, 'OK'));
  }
  const response = tagged(
    makeResponse(request, options.proxy ? 407 : 401, options.proxy ? 'Proxy Authentication Required' : 'No'),
  );
  const challenge = { scheme: 'Digest', realm: '"legwork"', nonce: `"${nonce}"`, qop: '"auth"' };
  response.headers[options.proxy ? 'proxy-authenticate' : 'www-authenticate'] = [
    { ...challenge, algorithm: 'SHA-256' },
    { ...challenge, algorithm: 'MD5', stale: options.stale },
  ];
  return response;
}

function tagged(response: SipResponse): SipResponse {
  const { to } = response.headers;
  response.headers.to = { ...to, params: { ...to.params, tag: 'server' } };
  return response;
}

function unquoted(value: string | undefined): string {
  return (value ?? '').replaceAll('"', '');
}

describe('phone at a server', () => {
  let server: Awaited<ReturnType<typeof startServer>>;
  let phone: Phone;
  let reply: Reply;

  beforeEach(async () => {
    server = await startServer((request) => reply(request));
    phone = await startPhone('secret', server.address);
  });

  afterEach(async () => {
    await phone.stop({ abruptly: true });
    await server.socket.close();
  });

  function startPhone(password: string, address: SipAddress): Promise<Phone> {
    return Phone.start({ name: 'alice', password, server: address, waitMs: 1500 });
  }

  it('registers with the right password and unregisters', async () => {
    reply = (request) => demandDigest(request, 'n1');
    await phone.register({ expires: 90 });
    assert.equal(phone.isRegistered, true);
    await phone.unregister();
    assert.equal(phone.isRegistered, false);
    const sent = server.requests.map(({ headers }) => [headers.cseq.seq, headers['expires']]);
    assert.deepEqual(sent, [
      [1, '90'],
      [2, '90'],
      [3, '0'],
      [4, '0'],
    ]);
    assert.equal(new Set(server.requests.map(({ headers }) => headers['call-id'])).size, 1);
  });

  it('fails with 401 when the password is wrong, after one try', async () => {
    reply = (request) => demandDigest(request, 'n1');
    const wrong = await startPhone('wrong', server.address);
    await assert.rejects(wrong.register(), (error: SipFailure) => {
      assert.deepEqual([error.message, error.status], ['alice: REGISTER: 401 No', 401]);
      return error instanceof SipFailure;
    });
    assert.equal(server.requests.length, 2);
    await wrong.stop();
  });

  it('signs again when the nonce is stale', async () => {
    const nonces = ['n1', 'n2'];
    reply = (request) => demandDigest(request, nonces.shift() ?? 'n2', { stale: 'true' });
    await phone.register();
    assert.equal(server.requests.length, 3);
  });

  it('says what it waited for when the server is silent', async () => {
    reply = () => undefined;
    await assert.rejects(phone.register({ withinMs: 30 }), {
      message: 'alice waited for the final response to REGISTER: not within 30 ms',
    });
  });

  it('signs an INVITE, follows the route of the answer, and acknowledges every repeated 200', async () => {
    const answered: SipResponse[] = [];
    let acks = 0;
    const acknowledgedTwice = new Deferred<void>();
    reply = (request) => {
      if (request.method === 'ACK') {
        acks += 1;
        if (acks === 2) acknowledgedTwice.resolve();
        return undefined;
      }
      const response = demandDigest(request, `n${request.method}`, { proxy: true });
      if (request.method === 'INVITE' && response.status === 200) {
        const { host, port } = server.address;
        response.headers['record-route'] = [
          { uri: { schema: 'sip', host, port, params: { lr: null, hop: '2' } }, params: {} },
          { uri: { schema: 'sip', host, port, params: { lr: null, hop: '1' } }, params: {} },
        ];
        response.headers.contact = [{ uri: 'sip:far@127.0.0.99:9', params: {} }];
        answered.push(response);
      }
      return response;
    };
    const call = await phone.call('7#');
    await call.answered;
    for (const response of answered) server.socket.respond(response);
    await acknowledgedTwice.promise;
    await call.hangUp();
    const seen = server.requests.map(({ method, uri, headers }) => {
      const hops = (headers.route ?? []).map((route) => route.uri.params['hop']).join('');
      return `${method} ${uri.split('@')[0]} ${headers.cseq.seq} ${hops}`.trimEnd();
    });
    assert.deepEqual(seen, [
      'INVITE sip:7%23 1',
      'INVITE sip:7%23 2',
      'ACK sip:far 2 12',
      'ACK sip:far 2 12',
      'BYE sip:far 3 12',
      'BYE sip:far 4 12',
    ]);
  });

  it('answers OPTIONS, and 481 to what belongs to no call', async () => {
    const ask = (method: string, tag?: string) => {
      const to = { uri: phone.uri, params: tag === undefined ? {} : { tag } };
      const from = { uri: 'sip:server@127.0.0.1', params: { tag: 'server' } };
      const headers = { via: [], to, from, 'call-id': `x-${method}`, cseq: { seq: 1, method } };
      return new Promise<SipResponse>((resolve) => {
        server.socket.send({ method, uri: phone.uri, headers }, phone.address, resolve);
      });
    };
    const responses = await Promise.all([
      ask('OPTIONS'),
      ask('BYE', 'gone'),
      ask('INVITE', 'gone'),
      ask('REFER'),
    ]);
    const statuses = responses.map(({ status }) => (status === 100 ? 'trying' : status));
    assert.deepEqual(statuses, [200, 481, 'trying', 405]);
  });
});
