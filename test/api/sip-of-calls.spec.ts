import assert from 'node:assert/strict';
import { newSid } from '../../src/call/sids.ts';
import type { SipTrace, TracedMessage } from '../../src/call/sip-trace.ts';
import { NOON, putCall } from '../support/api-records.ts';
import { type FakeApi, startFakeApi } from '../support/fake-api.ts';

const PHONE = { address: '192.0.2.1', port: 5062 };
const ASTERISK = { address: '127.0.0.1', port: 5060 };

function message(text: string, more: Partial<TracedMessage> = {}): TracedMessage {
  return {
    at: NOON,
    source: PHONE,
    destination: ASTERISK,
    transport: 'udp',
    isSent: false,
    text: `${text}\r\n\r\n`,
    ...more,
  };
}

describe('The SIP messages of a call', () => {
  let api: FakeApi;
  let inMemory: readonly SipTrace[] = [];
  beforeEach(async () => {
    inMemory = [];
    api = await startFakeApi({
      sipInMemory: (sids) => inMemory.filter(({ callSid }) => sids.includes(callSid)),
    });
  });
  afterEach(() => api.close());

  function traceOf(callSid: string, sipCallId: string, ...messages: TracedMessage[]): SipTrace {
    return { accountSid: api.main.sid, callSid, sipCallId, messages, omitted: 0 };
  }

  const list = async (callSid: string) => {
    const { json } = await api.request('GET', `Calls/${callSid}/Sip.json`);
    return json?.['sip_messages'] as readonly Record<string, unknown>[];
  };

  it('are those of all legs below it, in order', async () => {
    const { sid } = putCall(api, {});
    const below = putCall(api, { parentCallSid: sid, direction: 'outbound-dial' });
    const other = putCall(api, {});
    const { sipTraces } = api.repositories;
    await sipTraces.keep(
      traceOf(
        sid,
        'one',
        message('INVITE sip:1000@a SIP/2.0'),
        message('ACK sip:a SIP/2.0', { at: NOON + 20 }),
      ),
    );
    const sent = { source: ASTERISK, destination: PHONE, isSent: true, at: NOON + 10.5 };
    await sipTraces.keep(traceOf(below.sid, 'two', message('INVITE sip:bob@b SIP/2.0', sent)));
    await sipTraces.keep(traceOf(other.sid, 'three', message('INVITE sip:no@b SIP/2.0')));
    const found = await list(sid);
    assert.deepEqual(found[0], {
      n: 'one/0',
      call_sid: sid,
      sip_call_id: 'one',
      timestamp: '2026-01-15T12:00:00.000Z',
      direction: 'received',
      transport: 'udp',
      source: '192.0.2.1:5062',
      destination: '127.0.0.1:5060',
      start_line: 'INVITE sip:1000@a SIP/2.0',
      content: 'INVITE sip:1000@a SIP/2.0\r\n\r\n',
      omitted_before: 0,
    });
    assert.deepEqual(
      found.map((one) => [one['call_sid'], one['direction'], one['start_line']]),
      [
        [sid, 'received', 'INVITE sip:1000@a SIP/2.0'],
        [below.sid, 'sent', 'INVITE sip:bob@b SIP/2.0'],
        [sid, 'received', 'ACK sip:a SIP/2.0'],
      ],
    );
  });

  it('are those in memory while the call runs, instead of what was kept before', async () => {
    const { sid } = putCall(api, {});
    const invite = message('INVITE sip:1000@a SIP/2.0');
    await api.repositories.sipTraces.keep(traceOf(sid, 'one', invite));
    inMemory = [
      traceOf(sid, 'one', invite, message('BYE sip:a SIP/2.0', { at: NOON + 1 })),
      traceOf(sid, 'two'),
    ];
    assert.deepEqual(
      (await list(sid)).map((one) => one['n']),
      ['one/0', 'one/1'],
    );
  });

  it('say where some were left out', async () => {
    const { sid } = putCall(api, {});
    const many = Array.from({ length: 102 }, (_, index) => message(`INVITE sip:${index}@a SIP/2.0`));
    inMemory = [{ ...traceOf(sid, 'one', ...many), omitted: 7 }];
    const { json } = await api.request('GET', `Calls/${sid}/Sip.json?PageSize=1000`);
    const found = json?.['sip_messages'] as readonly Record<string, unknown>[];
    assert.deepEqual(
      [99, 100, 101].map((index) => [found[index]?.['n'], found[index]?.['omitted_before']]),
      [
        ['one/99', 0],
        ['one/107', 7],
        ['one/108', 0],
      ],
    );
  });

  it('are a capture file, which is there only when there are some', async () => {
    const { sid } = putCall(api, {});
    const none = await api.request('GET', `Calls/${sid}/Sip.pcap`);
    assert.deepEqual([none.status, (none.json ?? {})['code'] ?? 404], [404, 404]);
    await api.repositories.sipTraces.keep(traceOf(sid, 'one', message('INVITE sip:1000@a SIP/2.0')));
    const file = await api.request('GET', `Calls/${sid}/Sip.pcap`);
    assert.equal(file.status, 200);
    assert.equal(file.headers.get('content-type'), 'application/vnd.tcpdump.pcap');
    assert.equal(file.headers.get('content-disposition'), `attachment; filename="${sid}.pcap"`);
    assert.match(file.text, /INVITE sip:1000@a SIP\/2\.0/);
    assert.equal((await api.request('HEAD', `Calls/${sid}/Sip.pcap`)).status, 200);
  });

  it('are not those of another account, nor of a call that does not exist', async () => {
    const { sid } = putCall(api, { accountSid: newSid('AC') });
    for (const path of [`Calls/${sid}/Sip.pcap`, `Calls/${sid}/Sip.json`, `Calls/${newSid('CA')}/Sip.pcap`]) {
      assert.equal((await api.request('GET', path)).status, 404, path);
    }
  });

  it('go with their call', async () => {
    const { sid } = putCall(api, { status: 'completed' });
    await api.repositories.sipTraces.keep(traceOf(sid, 'one', message('INVITE sip:1000@a SIP/2.0')));
    assert.equal((await api.request('DELETE', `Calls/${sid}.json`)).status, 204);
    assert.deepEqual(await api.repositories.sipTraces.of([sid]), []);
  });
});
