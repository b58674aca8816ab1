import assert from 'node:assert/strict';
import { type CpuProfile, timesByFunction, timesByPart } from '../../bench/report/cpu-profile.ts';

const FRAMES = [
  ['(idle)', ''],
  ['(garbage collector)', ''],
  ['push', ''],
  ['', 'file:///legwork/dist/call/leg/leg.js'],
  ['run', 'file:///legwork/dist/config.js'],
  ['ask', 'file:///legwork/node_modules/@koa/router/lib/router.js'],
  ['got', 'file:///legwork/node_modules/got/dist/source/index.js'],
  ['read', 'node:internal/streams/readable'],
] as const;

describe('A CPU profile', () => {
  const profile: CpuProfile = {
    nodes: FRAMES.map(([functionName, url], id) => ({ id, callFrame: { functionName, url, lineNumber: 8 } })),
    samples: [0, 3, 3, 1, 2, 4, 5, 6, 7],
    // The first one passed before the first sample, and nothing is known of the time after the last.
    timeDeltas: [100_000, 9_000, 1_000, 2_000, 500, 600, 700, 800, 900],
  };

  it('says how long each part ran itself, without idle time', () => {
    assert.deepEqual(
      timesByPart(profile).map(({ name, ms }) => [name, Math.round(ms * 10) / 10]),
      [
        ['src/call/leg', 3],
        ['package got', 0.9],
        ['package @koa/router', 0.8],
        ['src', 0.7],
        ['built-in functions of JavaScript', 0.6],
        ['(garbage collector)', 0.5],
        ['node:internal/streams', 0],
      ],
    );
  });

  it('says how long each function ran', () => {
    assert.deepEqual(
      timesByFunction(profile)
        .slice(0, 3)
        .map(({ name }) => name),
      [
        '(anonymous) call/leg/leg.js:9',
        'got node_modules/got/dist/source/index.js:9',
        'ask node_modules/@koa/router/lib/router.js:9',
      ],
    );
  });
});
