import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { systemClock } from '../../src/clock.ts';
import { sendOptions } from '../../src/bundled-asterisk/sip-options.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { waitUntil } from '../support/wait-until.ts';

const HOST = '127.0.0.1';
const ORDER = { host: HOST, user: 'legwork', name: 'carrier.example', deadlineMs: 4_000 } as const;
const ANSWER = 'SIP/2.0 404 Not Found\r\nServer: PBX 7\r\nContent-Length: 0\r\n\r\n';

describe('OPTIONS by UDP', () => {
  let socket: Socket;
  const heard: string[] = [];
  let answers: string[] = [];
  beforeEach(async () => {
    heard.length = 0;
    socket = createSocket('udp4');
    socket.on('message', (message, { port }) => {
      heard.push(message.toString());
      for (const one of answers) socket.send(one, port, HOST);
    });
    socket.bind(0, HOST);
    await once(socket, 'listening');
  });
  afterEach(async () => {
    socket.close();
    await once(socket, 'close');
  });

  it('is answered by whatever final answer comes, with what the other side calls itself', async () => {
    answers = ['SIP/2.0 100 Trying\r\n\r\n', 'nonsense', ANSWER];
    const { port } = socket.address();
    const result = await sendOptions({ ...ORDER, port, domain: 'us.example' }, systemClock);
    assert.ok(result.kind === 'answered' && result.ms >= 0);
    const { ms: _ms, ...rest } = result;
    assert.deepEqual(rest, { kind: 'answered', status: 404, reason: 'Not Found', server: 'PBX 7' });
    const [request = ''] = heard;
    assert.match(request, new RegExp(`^OPTIONS sip:carrier\\.example:${port} SIP/2\\.0\r\n`));
    assert.match(request, /^From: <sip:legwork@us\.example>;tag=/m);
    assert.match(request, /^Max-Forwards: 70\r$/m);
  });

  it('is sent again each half second until nobody waits any more', async () => {
    answers = [];
    const clock = new FakeClock();
    const { port } = socket.address();
    const result = sendOptions({ ...ORDER, port }, clock);
    await waitUntil('it was sent', () => heard.length === 1);
    await clock.advance(500);
    await waitUntil('it was sent again', () => heard.length === 2);
    assert.equal(heard[1], heard[0]);
    await clock.advance(3_500);
    assert.deepEqual(await result, { kind: 'silent' });
  });

  it('to a port where nobody listens is refused', async () => {
    const other = createSocket('udp4');
    other.bind(0, HOST);
    await once(other, 'listening');
    const { port } = other.address();
    other.close();
    await once(other, 'close');
    assert.deepEqual(await sendOptions({ ...ORDER, port }, systemClock), {
      kind: 'unreachable',
      code: 'ECONNREFUSED',
    });
  });
});

describe('OPTIONS by TCP', () => {
  let server: Server;
  let answer: string[] = [];
  beforeEach(async () => {
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => {
        for (const part of answer) socket.write(part);
        if (answer.length === 0) socket.end();
      });
    });
    server.listen(0, HOST);
    await once(server, 'listening');
  });
  afterEach(() => server.close());

  const ask = () => {
    const { port } = server.address() as AddressInfo;
    return sendOptions({ ...ORDER, port, transport: 'tcp', localAddress: HOST }, systemClock);
  };

  it('is answered once, even if the answer comes in pieces', async () => {
    answer = [ANSWER.slice(0, 15), ANSWER.slice(15)];
    const result = await ask();
    assert.equal(result.kind === 'answered' && result.status, 404);
  });

  it('is not answered when the connection is closed instead', async () => {
    answer = [];
    assert.deepEqual(await ask(), { kind: 'unreachable', code: 'ECONNRESET' });
  });
});
