import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { requireSip } from '../../src/demo/connection.ts';

const LEGWORK = { url: 'http://127.0.0.1:8080', accountSid: 'AC1', authToken: 'token' };

describe('The demo on a Legwork that runs already', () => {
  it('says what to do when its phones cannot reach that Asterisk, as in the container of Legwork alone', async () => {
    // A port that was free a moment ago.
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const { port } = socket.address();
    socket.close();
    await assert.rejects(requireSip({ ...LEGWORK, sip: { host: '127.0.0.1', port } }), {
      message:
        `The Legwork at http://127.0.0.1:8080 runs, but nothing answers SIP at 127.0.0.1:${port}. The demo's phones ` +
        'use the loopback addresses of the machine (or container) that the demo runs on, so its Asterisk must run ' +
        'there too. Run the demo beside that Asterisk, or set SIP_PORT to its port; without a running Legwork the demo ' +
        'starts one of its own.',
    });
  });

  it('goes on when something answers SIP there', async () => {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    socket.on('message', (_request, { port, address }) => {
      socket.send('SIP/2.0 401 Unauthorized\r\n\r\n', port, address);
    });
    await requireSip({ ...LEGWORK, sip: { host: '127.0.0.1', port: socket.address().port } });
    socket.close();
  });
});
