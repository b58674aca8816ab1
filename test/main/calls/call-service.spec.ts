import assert from 'node:assert/strict';
import { CapacityError, type CallService, NoAsteriskError, StoppingError } from '../../../src/api/ports.ts';
import { Admission } from '../../../src/call/routing/admission.ts';
import { newSid } from '../../../src/call/sids.ts';
import { callService } from '../../../src/main/calls/call-service.ts';
import { callRecordOf } from '../../../src/records/call-record.ts';
import { type CallRepository, StoreUnavailableError } from '../../../src/records/repositories.ts';
import { ACCOUNT, CoreBench } from '../../support/core-bench.ts';
import { ANSWERS } from '../../support/fake-call-control.ts';

const VOICE_URL = 'http://app.test/voice';
const OTHER_URL = 'http://app.test/other';
const OTHER_ACCOUNT = newSid('AC');
const LIMITS = { callsPerSecond: 200, calls: 200 };
const ORDER = {
  accountSid: ACCOUNT,
  callee: { kind: 'client', name: 'bob' },
  headers: [],
  from: '1000',
  document: { kind: 'url', url: VOICE_URL, method: 'POST' },
  timeoutS: 30,
} as const;
const MOVE = { document: { kind: 'url', url: OTHER_URL, method: 'POST' }, moveConnected: false } as const;

describe('Calls as REST drives them', () => {
  let bench: CoreBench;
  let service: CallService;

  beforeEach(() => {
    bench = new CoreBench();
    bench.client('bob');
    bench.control.phones.set('bob', ANSWERS);
    for (const url of [VOICE_URL, OTHER_URL]) {
      bench.documents.on(url, '<Response><Pause length="60"/></Response>');
    }
    service = serviceWith();
  });
  afterEach(() => bench.check());

  function serviceWith(
    admission = new Admission(LIMITS, bench.clock),
    isReachable: () => boolean = () => true,
  ): CallService {
    return callService({ ...bench.services, admission }, storedCalls(bench), isReachable);
  }

  /** A call to bob that dials. */
  async function dialling(): Promise<string> {
    const created = await service.create(ORDER);
    created.start();
    await bench.clock.advance(0);
    return created.record.sid;
  }

  /** A call to bob, who has answered. */
  async function talking(): Promise<string> {
    const sid = await dialling();
    await bench.clock.advance(5000);
    assert.equal(bench.calls.get(sid)?.status, 'in-progress');
    return sid;
  }

  async function end(sid: string, as: 'completed' | 'canceled' = 'completed'): Promise<string> {
    const ended = await service.end(ACCOUNT, sid, as);
    await bench.clock.advance(0);
    return ended;
  }

  it('are queued and stored before they are dialled', async () => {
    const created = await service.create(ORDER);
    const { record } = created;
    await bench.clock.advance(0);
    assert.deepEqual([record.status, record.accountSid, record.to], ['queued', ACCOUNT, 'bob']);
    assert.equal(bench.store.leg(record.sid)?.state.phase, 'queued');
    created.start();
    await bench.clock.advance(0);
    assert.notEqual(bench.store.leg(record.sid)?.state.phase, 'queued');
    await end(record.sid);
  });

  it('are canceled until they are answered, and completed at any time', async () => {
    assert.equal(await end(await dialling(), 'canceled'), 'ended');
    assert.equal(await end(await dialling()), 'ended');
    const sid = await talking();
    assert.equal(await end(sid, 'canceled'), 'not-cancelable');
    assert.equal(bench.calls.get(sid)?.status, 'in-progress');
    assert.equal(await end(sid), 'ended');
    assert.deepEqual(bench.ends, [
      ['bob', 'canceled'],
      ['bob', 'canceled'],
      ['bob', 'completed'],
    ]);
  });

  it('run another document when they are told to', async () => {
    const sid = await talking();
    assert.equal(await service.modify(ACCOUNT, sid, MOVE), 'modified');
    await bench.clock.advance(0);
    assert.deepEqual(bench.documents.summary(), [[`POST ${VOICE_URL}`], [`POST ${OTHER_URL}`]]);
    await end(sid);
  });

  it('are neither ended nor changed when they are over', async () => {
    const sid = await talking();
    await end(sid);
    assert.equal(await end(sid), 'already-over');
    assert.equal(await service.modify(ACCOUNT, sid, MOVE), 'already-over');
  });

  it('are unknown to other accounts, live or over', async () => {
    const sid = await talking();
    const asked = async () => [
      await service.end(OTHER_ACCOUNT, sid, 'completed'),
      await service.modify(OTHER_ACCOUNT, sid, MOVE),
      await service.end(ACCOUNT, newSid('CA'), 'completed'),
      await service.modify(ACCOUNT, newSid('CA'), MOVE),
    ];
    assert.deepEqual(await asked(), Array(4).fill('not-found'));
    assert.equal(bench.calls.get(sid)?.status, 'in-progress');
    await end(sid);
    assert.deepEqual(await asked(), Array(4).fill('not-found'));
  });

  const closed = (clock: CoreBench['clock']) => {
    const admission = new Admission(LIMITS, clock);
    admission.close();
    return admission;
  };
  const REFUSALS = [
    ['Asterisk cannot be reached', NoAsteriskError, () => serviceWith(undefined, () => false)],
    ['Legwork stops', StoppingError, () => serviceWith(closed(bench.clock))],
    [
      'Legwork stops, wherever Asterisk is',
      StoppingError,
      () => serviceWith(closed(bench.clock), () => false),
    ],
    [
      'there are too many',
      CapacityError,
      () => serviceWith(new Admission({ ...LIMITS, calls: 0 }, bench.clock)),
    ],
    [
      'the database cannot be written',
      StoreUnavailableError,
      () => serviceWith(new Admission(LIMITS, bench.clock, { canStore: () => false })),
    ],
  ] as const;
  for (const [why, error, made] of REFUSALS) {
    it(`are not created when ${why}`, async () => {
      await assert.rejects(made().create(ORDER), error);
      assert.deepEqual(bench.store.entries, []);
    });
  }
});

/** The records of the calls in the bench's journal; only `find` is asked. */
function storedCalls(bench: CoreBench): CallRepository {
  const find: CallRepository['find'] = async (accountSid, sid) => {
    const stored = bench.store.leg(sid);
    if (stored?.leg.accountSid !== accountSid) return undefined;
    return callRecordOf(stored.leg, stored.state, stored.leg.createdAt);
  };
  return { find } as CallRepository;
}
