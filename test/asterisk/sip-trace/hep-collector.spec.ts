import assert from 'node:assert/strict';
import { HepCollector } from '../../../src/asterisk/sip-trace/hep-collector.ts';
import type { HepPacket } from '../../../src/asterisk/sip-trace/hep.ts';
import { type HepSocket, openHepSocket } from '../../../src/asterisk/sip-trace/hep-socket.ts';
import type { Log } from '../../../src/concurrency/log.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { waitUntil } from '../../support/wait-until.ts';

const PHONE = { address: '192.0.2.1', port: 5062 };
const ASTERISK = { address: '127.0.0.1', port: 5060 };

function sip(startLine: string, callId: string): string {
  const headers = `Call-ID: ${callId}\r\nCSeq: 1 REGISTER\r\nAuthorization: Digest response="x"`;
  return `${startLine}\r\n${headers}\r\nContent-Length: 0\r\n\r\n`;
}

function heard(text: string, transport: 'udp' | 'tcp' = 'udp'): HepPacket {
  const payload = Buffer.from(text);
  return {
    at: 1_700_000_000_000,
    source: PHONE,
    destination: ASTERISK,
    transport,
    payload,
    password: 'ours',
  };
}

describe('A HEP collector', () => {
  const clock = new FakeClock();
  const told: string[] = [];
  const tell = (fields: object, message: string) =>
    void told.push(`${message}: ${JSON.stringify({ ...fields })}`);
  const log: Log = { debug: tell, info: tell, warn: tell, error: tell };
  const taken: HepPacket[] = [];
  let server: HepSocket;
  let collector: HepCollector;
  let isFound = true;

  beforeEach(async () => {
    isFound = true;
    told.length = 0;
    taken.length = 0;
    server = await openHepSocket({ port: 0, password: 'theirs', onPacket: (packet) => taken.push(packet) });
    collector = new HepCollector({
      host: 'homer.example',
      port: server.port,
      captureId: 7,
      password: 'theirs',
      resolve: async () => {
        if (!isFound) throw new Error('not found');
        return { address: '127.0.0.1', family: 4 };
      },
      clock,
      log,
    });
  });

  afterEach(() => {
    collector.close();
    server.close();
  });

  it('is sent each message with its ends and time, without what is secret in it', async () => {
    collector.heard(heard(sip('REGISTER sip:a SIP/2.0', 'one')));
    await waitUntil('it has come', () => taken.length === 1);
    const text = sip('REGISTER sip:a SIP/2.0', 'one').replace('response="x"', '***');
    assert.deepEqual(taken, [{ ...heard(text), password: 'theirs' }]);
  });

  it('is sent messages that came over TCP in one piece one by one, and nothing that is not SIP', async () => {
    collector.heard(heard('\0\0'));
    collector.heard(
      heard(`${sip('REGISTER sip:a SIP/2.0', 'one')}${sip('OPTIONS sip:a SIP/2.0', 'two')}`, 'tcp'),
    );
    await waitUntil('both have come', () => taken.length === 2);
    assert.deepEqual(
      taken.map(({ payload }) => payload.toString().split('\r\n')[0]),
      ['REGISTER sip:a SIP/2.0', 'OPTIONS sip:a SIP/2.0'],
    );
  });

  it('whose name is not found is looked for again after a minute; the log says so once, and when it is back', async () => {
    isFound = false;
    for (const callId of ['one', 'two']) collector.heard(heard(sip('REGISTER sip:a SIP/2.0', callId)));
    await waitUntil('the log says so', () => told.length > 0);
    isFound = true;
    await clock.advance(60_000);
    collector.heard(heard(sip('REGISTER sip:a SIP/2.0', 'three')));
    await waitUntil('the log says that it is back', () => told.length > 1);
    const { port } = server;
    const where = { host: 'homer.example', port };
    assert.deepEqual(told, [
      `SIP messages cannot be sent to the HEP collector: ${JSON.stringify({ ...where, reason: 'not found' })}`,
      `SIP messages are sent to the HEP collector again: ${JSON.stringify(where)}`,
    ]);
    await waitUntil('the third has come', () => taken.length === 1);
  });
});
