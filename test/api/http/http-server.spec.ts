import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get } from 'node:http';
import { connect } from 'node:net';
import { ListenError, startHttpServer } from '../../../src/api/http/http-server.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { waitUntil } from '../../support/wait-until.ts';

const HERE = { host: '127.0.0.1', port: 0 };

describe('The HTTP server', () => {
  it('listens on the port that it says, and lets go of it', async () => {
    const clock = new FakeClock();
    const server = await startHttpServer((_request, response) => void response.end('hello'), {
      ...HERE,
      clock,
    });
    const url = `http://127.0.0.1:${server.port}/`;
    assert.equal(await (await fetch(url)).text(), 'hello');
    await server.close();
    await assert.rejects(fetch(url));
    assert.equal(clock.timers, 0);
  });

  it('says which address is taken, and which setting names it', async () => {
    const clock = new FakeClock();
    const first = await startHttpServer(() => undefined, { ...HERE, clock });
    await assert.rejects(
      startHttpServer(() => undefined, { host: '127.0.0.1', port: first.port, clock }),
      {
        name: 'ListenError',
        message: `127.0.0.1:${first.port} is taken by another program; choose another HTTP_PORT`,
      },
    );
    await first.close();
  });

  it('says that an address is not this machine’s', async () => {
    const clock = new FakeClock();
    await assert.rejects(
      startHttpServer(() => undefined, { host: '192.0.2.1', port: 0, clock }),
      (error) => {
        assert.ok(error instanceof ListenError);
        assert.equal(error.message, '192.0.2.1 is not an address of this machine; choose another HTTP_HOST');
        return true;
      },
    );
  });

  it('answers what it has begun before it is closed, over connections that would be kept open', async () => {
    const clock = new FakeClock();
    let finish = (): void => undefined;
    const server = await startHttpServer(
      (_request, response) => {
        finish = () => void response.end('late');
      },
      { ...HERE, clock },
    );
    const reply = fetch(`http://127.0.0.1:${server.port}/`, { headers: { Connection: 'keep-alive' } });
    const untouched = finish;
    await waitUntil('it was asked', () => finish !== untouched);
    const closed = server.close();
    finish();
    assert.equal(await (await reply).text(), 'late');
    await closed;
    assert.equal(clock.timers, 0);
  });

  it('cuts off what has not been answered five seconds after', async () => {
    const clock = new FakeClock();
    let asked = false;
    const server = await startHttpServer(() => void (asked = true), { ...HERE, clock });
    const request = get(`http://127.0.0.1:${server.port}/`);
    const broken = once(request, 'error');
    await waitUntil('it was asked', () => asked);
    const closed = server.close();
    await clock.advance(5000);
    await closed;
    const [error] = (await broken) as unknown[];
    assert.ok(error instanceof Error);
  });

  it('refuses headers of more than 16 kB', async () => {
    const clock = new FakeClock();
    const server = await startHttpServer((_request, response) => void response.end(), { ...HERE, clock });
    const socket = connect(server.port, '127.0.0.1');
    socket.write(`GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(17_000)}\r\n\r\n`);
    const [reply] = (await once(socket, 'data')) as [Buffer];
    assert.match(reply.toString(), /^HTTP\/1\.1 431 /);
    socket.destroy();
    await server.close();
  });
});
