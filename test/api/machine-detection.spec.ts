import assert from 'node:assert/strict';
import { type FakeApi, startFakeApi } from '../support/fake-api.ts';
import { twilioClient } from '../support/twilio-client.ts';

const MINIMAL = { To: '+15550123', From: '+15550001111', Url: 'http://app.example/voice' };
const DEFAULTS = { timeoutMs: 30_000, speechMs: 2_400, speechEndMs: 1_200, silenceMs: 5_000 };
const NOBODY_TOLD = 'Nobody is told who answered, because AsyncAmdStatusCallback is missing';

describe('MachineDetection of a call', () => {
  let api: FakeApi;
  beforeEach(async () => {
    api = await startFakeApi();
  });
  afterEach(() => api.close());

  async function asked(form: Readonly<Record<string, string>>) {
    const reply = await api.request('POST', 'Calls.json', { form: { ...MINIMAL, ...form } });
    assert.equal(reply.status, 201, reply.text);
    const order = api.calls.orders.at(-1);
    return { detection: order?.machineDetection, warnings: order?.warnings, ignored: order?.ignored };
  }

  const nothing = { detection: undefined, warnings: undefined, ignored: undefined };

  it('is Twilio’s defaults unless something else is said, and waits for the result', async () => {
    assert.deepEqual(await asked({}), nothing);
    assert.deepEqual(await asked({ MachineDetection: 'enable' }), {
      ...nothing,
      detection: { mode: 'Enable', thresholds: DEFAULTS, isAsync: false },
    });
  });

  it('takes all thresholds, and goes on meanwhile with AsyncAmd', async () => {
    const form = {
      MachineDetection: 'DetectMessageEnd',
      MachineDetectionTimeout: '59',
      MachineDetectionSpeechThreshold: '1000',
      MachineDetectionSpeechEndThreshold: '500',
      MachineDetectionSilenceTimeout: '10000',
      AsyncAmd: 'true',
    };
    const detection = {
      mode: 'DetectMessageEnd',
      thresholds: { timeoutMs: 59_000, speechMs: 1_000, speechEndMs: 500, silenceMs: 10_000 },
      isAsync: true,
    };
    assert.deepEqual(await asked(form), { ...nothing, detection, warnings: [NOBODY_TOLD] });
    const callback = {
      AsyncAmdStatusCallback: 'http://app.example/amd',
      AsyncAmdStatusCallbackMethod: 'get',
    };
    assert.deepEqual(await asked({ ...form, ...callback }), {
      ...nothing,
      detection: { ...detection, callback: { url: 'http://app.example/amd', method: 'GET' } },
    });
  });

  it('has no effect for a client and with SendDigits, and says so', async () => {
    assert.deepEqual(await asked({ MachineDetection: 'Enable', To: 'client:bob' }), {
      ...nothing,
      warnings: ['MachineDetection had no effect, because To is a client'],
    });
    assert.deepEqual(await asked({ MachineDetection: 'Enable', SendDigits: '1' }), {
      ...nothing,
      warnings: ['MachineDetection had no effect, because SendDigits was given too'],
    });
  });

  const WRONG: readonly (readonly [name: string, value: string, must: string])[] = [
    ['MachineDetection', 'yes', 'one of Enable, DetectMessageEnd'],
    ['MachineDetectionTimeout', '2', 'a whole number of seconds from 3 to 59'],
    ['MachineDetectionSpeechThreshold', '6001', 'a whole number of milliseconds from 1000 to 6000'],
    ['MachineDetectionSpeechEndThreshold', '499', 'a whole number of milliseconds from 500 to 5000'],
    ['MachineDetectionSilenceTimeout', '1.5', 'a whole number of milliseconds from 2000 to 10000'],
    ['AsyncAmd', 'maybe', 'true or false'],
  ];
  for (const [name, value, must] of WRONG) {
    it(`refuses ${name}=${value}`, async () => {
      const reply = await api.request('POST', 'Calls.json', { form: { ...MINIMAL, [name]: value } });
      assert.deepEqual(
        [reply.status, reply.json?.['code'], reply.json?.['message']],
        [400, 20001, `${name} must be ${must}`],
      );
    });
  }

  it('is ordered with Twilio’s library, which reads who answered', async () => {
    const client = twilioClient(api.url, api.main.sid, api.main.authToken);
    const call = await client.calls.create({
      to: '+15550123',
      from: '+15550001111',
      url: 'http://app.example/voice',
      machineDetection: 'DetectMessageEnd',
      machineDetectionTimeout: 20,
      asyncAmd: 'true',
      asyncAmdStatusCallback: 'http://app.example/amd',
    });
    assert.equal(api.calls.orders[0]?.machineDetection?.thresholds.timeoutMs, 20_000);
    const record = await api.repositories.calls.find(api.main.sid, call.sid);
    assert.ok(record);
    api.repositories.calls.put({ ...record, answeredBy: 'machine_end_silence' });
    assert.equal((await client.calls(call.sid).fetch()).answeredBy, 'machine_end_silence');
  });

  it('is always asynchronous for a participant', async () => {
    const reply = await api.request('POST', 'Conferences/room/Participants.json', {
      form: {
        To: '+15550123',
        From: '1000',
        MachineDetection: 'Enable',
        AmdStatusCallback: 'http://app.example/amd',
      },
    });
    assert.equal(reply.status, 201, reply.text);
    assert.deepEqual(api.calls.orders[0]?.machineDetection, {
      mode: 'Enable',
      thresholds: DEFAULTS,
      isAsync: true,
      callback: { url: 'http://app.example/amd', method: 'POST' },
    });
  });
});
