import assert from 'node:assert/strict';
import { readScenario } from '../../../src/kit/scenario/read-scenario.ts';

const HEAD = 'url: /voice\ncall: { from: alice, to: "+15550001" }\n';

/** What is wrong in a scenario, as `line:column message`. */
function mistakesIn(text: string): readonly string[] {
  const read = readScenario('s.yaml', text);
  assert.ok(!('steps' in read), 'nothing is wrong');
  return read.map(({ place, message }) => `${place.line}:${place.column} ${message}`);
}

function stepsOf(text: string) {
  const read = readScenario('s.yaml', HEAD + text);
  assert.ok('steps' in read, JSON.stringify(read));
  return read.steps.map(({ place: _place, ...step }) => step);
}

describe('A scenario', () => {
  it('is read as it is written', () => {
    const text = `name: bob is busy, carol takes it
url: /voice
status-callback: /status
call: { from: alice, to: "+15550001", headers: { X-Lang: de } }
steps:
  - expect: { say: "Welcome" }
  - press: 1#
  - dial: { client: bob, does: busy, after: 2s }
expect:
  status: completed
  requests: bob-is-busy.requests
`;
    assert.deepEqual(readScenario('folder/s.yaml', text), {
      name: 'bob is busy, carol takes it',
      file: 'folder/s.yaml',
      url: '/voice',
      method: 'POST',
      statusCallback: '/status',
      begins: { kind: 'call', from: 'alice', to: '+15550001', headers: [['X-Lang', 'de']] },
      beginsAt: { line: 4, column: 7 },
      steps: [
        {
          place: { line: 6, column: 5 },
          kind: 'expect',
          pattern: { kind: 'say', text: 'Welcome' },
          withinMs: 60_000,
        },
        { place: { line: 7, column: 5 }, kind: 'press', keys: '1#' },
        {
          place: { line: 8, column: 5 },
          kind: 'dial',
          callee: { kind: 'client', name: 'bob' },
          behaviour: { does: 'busy', afterMs: 2000, hangsUp: 'callee' },
        },
      ],
      expected: {
        status: { is: 'completed', place: { line: 10, column: 11 } },
        requests: { file: 'bob-is-busy.requests', place: { line: 11, column: 13 } },
      },
    });
  });

  it('is named like its file unless it has a name', () => {
    const read = readScenario('scenarios/bob-answers.yaml', HEAD);
    assert.ok('steps' in read);
    assert.equal(read.name, 'bob-answers');
  });

  it('keeps numbers as they are written', () => {
    const read = readScenario(
      's.yaml',
      'url: /v\ncall: { from: 0049301, to: +15550001 }\nsteps: [{ press: 007 }]',
    );
    assert.ok('steps' in read);
    assert.deepEqual(read.begins, { kind: 'call', from: '0049301', to: '+15550001', headers: [] });
    assert.deepEqual(read.steps[0]?.kind === 'press' && read.steps[0].keys, '007');
  });

  it('has every step', () => {
    const text = `steps:
  - expect: { play: hello.wav, within: 2m }
  - expect: { music: true }
  - wait: 1.5
  - speech: two pizzas
  - modify: { Url: /other }
  - dial: { number: "+15550002", does: answer, talks: 1m, hangs-up: caller, presses: 2, presses-after: 3s }
  - dial: { sip: "sip:carol@example.com", does: fail, sip-status: 404 }
  - hangup
`;
    assert.deepEqual(stepsOf(text), [
      { kind: 'expect', pattern: { kind: 'play', text: 'hello.wav' }, withinMs: 120_000 },
      { kind: 'expect', pattern: { kind: 'music' }, withinMs: 60_000 },
      { kind: 'wait', ms: 1500 },
      { kind: 'speech', words: 'two pizzas' },
      { kind: 'modify', parameters: [['Url', '/other']] },
      {
        kind: 'dial',
        callee: { kind: 'number', name: '+15550002' },
        behaviour: {
          does: 'answer',
          afterMs: 1000,
          talksMs: 60_000,
          hangsUp: 'caller',
          presses: { keys: '2', afterMs: 3000 },
        },
      },
      {
        kind: 'dial',
        callee: { kind: 'sip', name: 'sip:carol@example.com' },
        behaviour: { does: 'fail', afterMs: 1000, sipStatus: 404, hangsUp: 'callee' },
      },
      { kind: 'hangup' },
    ]);
  });

  it('may begin over REST', () => {
    const read = readScenario(
      's.yaml',
      'url: /v\napi: { To: "client:bob", Timeout: 20, StatusCallbackEvent: [ringing, answered] }',
    );
    assert.ok('steps' in read, JSON.stringify(read));
    assert.deepEqual(read.begins, {
      kind: 'api',
      parameters: [
        ['To', 'client:bob'],
        ['Timeout', '20'],
        ['StatusCallbackEvent', 'ringing'],
        ['StatusCallbackEvent', 'answered'],
      ],
    });
  });

  const WRONG: readonly (readonly [what: string, text: string, mistakes: readonly string[]])[] = [
    ['no URL', 'call: {}', ['1:1 A scenario needs the url of its first document, such as url: /voice.']],
    [
      'no call',
      'url: /voice',
      ['1:1 A scenario needs call: { from: alice, to: "+15550001" } or api: { To: client:bob }.'],
    ],
    [
      'an unknown member',
      `${HEAD}stpes: []`,
      [
        '3:1 A scenario has no "stpes"; allowed: name, url, method, fallback-url, status-callback, call, api, steps, expect.',
      ],
    ],
    [
      'an unknown step',
      `${HEAD}steps:\n  - expect: { say: x }\n  - pres: 1`,
      ['5:5 A step has no "pres"; allowed: expect, press, wait, hangup, speech, modify, dial.'],
    ],
    [
      'keys that no phone has',
      `${HEAD}steps:\n  - press: 1x`,
      ['4:12 press must be keys (0-9, *, #, A-D, and w for half a second), not "1x".'],
    ],
    [
      'a time that is none',
      `${HEAD}steps:\n  - wait: soon`,
      ['4:11 wait must be a time such as 3s, 500ms, 2m or 1h, not "soon".'],
    ],
    [
      'a phone that does nothing known',
      `${HEAD}steps:\n  - dial: { client: bob, does: sleep }`,
      ['4:32 does must be one of answer, busy, decline, no-answer, fail, not "sleep".'],
    ],
    [
      'a talk of somebody who does not answer',
      `${HEAD}steps:\n  - dial: { client: bob, does: busy, talks: 3s }`,
      ['4:45 talks is for a phone that does: answer; this one does: busy.'],
    ],
    [
      'a status that no call ends with',
      `${HEAD}expect: { status: answered }`,
      ['3:19 status must be one of completed, busy, failed, no-answer, canceled, not "answered".'],
    ],
    [
      'a header without X-',
      'url: /v\ncall: { headers: { Lang: de } }',
      ['2:18 The header "Lang" must begin with X-.'],
    ],
    [
      'REST parameters that REST refuses',
      'url: /v\napi: { To: "client:bob", Timeout: 3 }',
      ['2:6 api: Timeout must be a whole number of seconds from 5 to 600.'],
    ],
    [
      'a caller in a call over REST',
      'url: /v\napi: { To: client:bob }\nsteps: [{ dial: { client: bob, does: answer, hangs-up: caller } }]',
      ['3:56 Nobody calls in a scenario with api; only the callee can hang up.'],
    ],
  ];
  for (const [what, text, mistakes] of WRONG) {
    it(`says where the mistake is, and what is allowed: ${what}`, () => {
      assert.deepEqual(mistakesIn(text), mistakes);
    });
  }

  it('says everything that is wrong at once', () => {
    assert.equal(mistakesIn(`${HEAD}method: PUT\nsteps:\n  - press: x\n  - wait: y`).length, 3);
  });

  it('says where it is not YAML', () => {
    const [first = ''] = mistakesIn('url: /voice\ncall: { from: alice');
    assert.match(first, /^2:\d+ /);
  });

  it('says that keys may need quotes', () => {
    assert.deepEqual(mistakesIn(`${HEAD}steps:\n  - press: *1`), [
      '4:12 press must be a text; put one that begins with * between quotes.',
    ]);
  });
});
