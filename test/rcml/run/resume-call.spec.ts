import assert from 'node:assert/strict';
import type { LegState } from '../../../src/call/leg/leg.ts';
import type { RecordingRecord } from '../../../src/call/recording/recording-record.ts';
import type { Position, SavedState, Step } from '../../../src/rcml/run/position.ts';
import { resumeCall } from '../../../src/rcml/run/resume-call.ts';
import { CoreBench } from '../../support/core-bench.ts';

const CALLER = `CA${'a'.repeat(32)}`;
const TALKING: LegState = { phase: 'in-progress', initiatedAt: 0, answeredAt: 0 };

function positionAt(step: Step): Position {
  return { version: 2, kind: 'document', idleDocuments: 0, hasBegun: true, step };
}

function verbStep(text: string, state?: SavedState): Step {
  const document = { text, contentType: 'text/xml', url: 'http://app.test/voice' };
  return {
    kind: 'verb',
    document,
    index: 0,
    beganAt: 0,
    skipDials: false,
    ...(state === undefined ? {} : { state }),
  };
}

describe('A call that goes on after a restart', () => {
  it('is ended when a sound says that it has gone and nobody reports its end', async () => {
    const bench = new CoreBench();
    bench.control.playOutcome = 'gone';
    const live = bench.stored({ sid: CALLER, direction: 'inbound', to: '1000' }, TALKING);
    void resumeCall(live, positionAt(verbStep('<Response><Say>Hello</Say></Response>')), bench.services);
    await bench.clock.advance(10_000);
    assert.deepEqual(bench.ends, [['1000', 'completed']]);
    assert.deepEqual(bench.bugs, [new Error('The call was run to its end, but its leg did not end')]);
    assert.deepEqual([bench.calls.size, bench.clock.timers], [0, 0]);
  });

  it('is ended, and not tried at every start, when its position cannot be read', async () => {
    const bench = new CoreBench();
    bench.store.positions.set(CALLER, { version: 3 });
    const live = bench.stored({ sid: CALLER, direction: 'inbound', to: '1000' }, TALKING);
    await resumeCall(live, { version: 3 }, bench.services);
    assert.deepEqual(bench.ends, [['1000', 'completed']]);
    assert.equal(bench.store.positions.size, 0);
  });

  it('does not leave those whom it dialled alone when it runs into a mistake of ours', async () => {
    const bench = new CoreBench();
    const callee = `CA${'b'.repeat(32)}`;
    const live = bench.stored({ sid: CALLER, direction: 'inbound', to: '1000' }, TALKING);
    bench.stored({ sid: callee, direction: 'outbound-dial', parentCallSid: CALLER }, TALKING);
    bench.calls.find = () => Promise.reject(new Error('The database cannot be read'));
    const step = verbStep('<Response><Dial><Client>bob</Client></Dial></Response>', {
      version: 2,
      value: { legs: [callee], ringingSince: 0 },
    });
    await resumeCall(live, positionAt(step), bench.services);
    assert.deepEqual(
      new Map(bench.ends),
      new Map([
        ['1000', 'completed'],
        ['bob', 'completed'],
      ]),
    );
    assert.deepEqual(bench.bugs, [new Error('The database cannot be read')]);
  });

  it('still has the cookies that its application server set', async () => {
    const bench = new CoreBench();
    const first = bench.documents.cookies();
    first.set('http://app.test/voice', ['PHPSESSID=abc; Path=/']);
    bench.documents.on('http://app.test/next', '<Response><Hangup/></Response>');
    const live = bench.stored({ sid: CALLER, direction: 'inbound', to: '1000' }, TALKING);
    const position = {
      ...positionAt(verbStep('<Response><Redirect>/next</Redirect></Response>')),
      cookies: first.kept(),
    };
    await resumeCall(live, JSON.parse(JSON.stringify(position)), bench.services);
    assert.deepEqual(bench.documents.cookieHeaders, ['PHPSESSID=abc']);
    bench.check();
  });

  describe('in a Record', () => {
    const SID = `RE${'1'.repeat(32)}`;
    const RECORDING: RecordingRecord = {
      sid: SID,
      accountSid: `AC${'0'.repeat(32)}`,
      callSid: CALLER,
      status: 'in-progress',
      source: 'RecordVerb',
      channels: 1,
      trimSilence: false,
      startTime: 0,
      dateCreated: 0,
      dateUpdated: 0,
    };
    const ORDER = { recordingSid: SID, beep: true, maxLengthS: 3600, silenceS: 5 };
    const FETCHED = ['RecordingSid', 'RecordingDuration'];

    async function resumed(prepare: (bench: CoreBench) => void) {
      const bench = new CoreBench();
      bench.documents.on('http://app.test/done', '');
      prepare(bench);
      const live = bench.stored({ sid: CALLER, direction: 'inbound', to: '1000' }, TALKING);
      const state = { version: 1, value: { recording: RECORDING }, recordings: [SID] };
      const step = verbStep('<Response><Record action="/done"/></Response>', state);
      void resumeCall(live, positionAt(step), bench.services);
      await bench.clock.advance(10_000);
      bench.check();
      const orders = bench.control.commandsNamed('record').map(([, , order]) => order);
      return { orders, told: bench.documents.summary(...FETCHED), asked: bench.recordingFiles.asked };
    }

    const TOLD = [['POST http://app.test/done', `RecordingSid=${SID}`, 'RecordingDuration=4']];

    it('watches the recording that goes on in Asterisk', async () => {
      const { orders, told } = await resumed(() => undefined);
      assert.deepEqual([orders, told], [[{ ...ORDER, resumes: true }], TOLD]);
    });

    it('beeps once more and records when its process ended in the beep', async () => {
      const { orders, told } = await resumed((bench) => {
        bench.control.hasRecordings = false;
        bench.recordingFiles.kept = [
          { kind: 'missing', why: 'Asterisk has no file of this name' },
          { kind: 'kept', durationMs: 4200 },
        ];
      });
      assert.deepEqual([orders, told], [[{ ...ORDER, resumes: true }, ORDER], TOLD]);
    });

    it('does not record again what was fetched before its process ended', async () => {
      const { orders, told } = await resumed((bench) => {
        bench.control.hasRecordings = false;
      });
      assert.deepEqual([orders, told], [[{ ...ORDER, resumes: true }], TOLD]);
    });
  });

  it('does not send the digits of a Play once more when its sound had begun', async () => {
    const sound = '<Response><Play digits="1w2" loop="2">http://app.test/x.wav</Play></Response>';
    const commands = async (state?: SavedState) => {
      const bench = new CoreBench();
      const live = bench.stored({ sid: CALLER, direction: 'inbound', to: '1000' }, TALKING);
      void resumeCall(live, positionAt(verbStep(sound, state)), bench.services);
      await bench.clock.advance(10_000);
      bench.check();
      return bench.control.commands
        .map(([name]) => name)
        .filter((name) => /^(play|sendDigits)/.test(String(name)));
    };
    assert.deepEqual(await commands(), ['sendDigits', 'play', 'play']);
    assert.deepEqual(await commands({ version: 1, value: { round: 1 } }), ['play', 'play']);
    assert.deepEqual(await commands({ version: 1, value: { round: 2 } }), ['play']);
  });
});
