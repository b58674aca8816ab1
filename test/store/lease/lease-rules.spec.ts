import assert from 'node:assert/strict';
import {
  givesBack,
  LEASE_TIMES,
  livingNodes,
  markOf,
  mayDrive,
  mayTake,
  type NodeRow,
  seen,
  type Sighting,
  type SwitchRow,
  type Taker,
} from '../../../src/store/lease/lease-rules.ts';

const ROW: SwitchRow = {
  id: 'a',
  node: 'a',
  epoch: 3,
  renewals: 7,
  draining: false,
  unreachableFrom: [],
};

const B: Taker = { name: 'b', held: new Set(['b']), living: new Set(['a', 'b']) };

/** What is asked, of whom, how long the row has been seen unchanged, and the answer. */
const TAKES: readonly (readonly [string, Partial<SwitchRow>, Partial<Taker>, number, boolean])[] = [
  ['one that is renewed is left alone', {}, {}, 2_000, false],
  ['one that was not seen to change for 11 s is taken', {}, { held: new Set() }, 11_000, true],
  ['not a moment before', {}, { held: new Set() }, 10_999, false],
  ['whoever holds others waits a little longer', {}, {}, 11_000, false],
  ['but not for long', {}, {}, 11_400, true],
  ['one that is held here is not taken again', {}, { held: new Set(['a']) }, 60_000, false],
  ['a node that is not up takes nothing', {}, { living: new Set(['a']) }, 60_000, false],
  ['one that the former process of this node held is taken at once', { id: 'c', node: 'b' }, {}, 0, true],
  ['its own, which nobody holds, at once', { id: 'b', node: undefined }, { held: new Set() }, 0, true],
  ['one that nobody holds is left to its own node', { node: undefined }, { held: new Set() }, 2_999, false],
  ['for a moment', { node: undefined }, { held: new Set() }, 3_000, true],
  [
    'or not at all when that is away',
    { node: undefined },
    { held: new Set(), living: new Set(['b']) },
    0,
    true,
  ],
  [
    'one that it cannot reach is left to the others',
    { node: undefined, unreachableFrom: ['b'] },
    {},
    60_000,
    false,
  ],
  ['until they have tried too', { node: undefined, unreachableFrom: ['b', 'a'] }, {}, 60_000, true],
];

describe('A lease', () => {
  it('lets its holder drive for 8 s after the last renewal was sent, and not a moment longer', () => {
    assert.deepEqual(
      [mayDrive(undefined, 0), mayDrive(1_000, 8_999), mayDrive(1_000, 9_000)],
      [false, true, false],
    );
  });

  it('ends for its holder before anybody may take it, also when its last renewal was seen late', () => {
    const { holdMs, renewWithinMs, takeAfterMs } = LEASE_TIMES;
    // Sent, written as late as possible, and seen at once by the taker: that is when its 11 s begin at the earliest.
    assert.ok(holdMs + renewWithinMs < takeAfterMs);
  });

  for (const [title, row, taker, unchanged, takes] of TAKES) {
    it(`of a switch: ${title}`, () => {
      assert.equal(mayTake({ ...ROW, ...row }, unchanged, { ...B, ...taker }), takes);
    });
  }

  it('is given back to the node of the switch as soon as that is up and can reach it', () => {
    const held = { ...ROW, node: 'b' };
    const away = { ...B, living: new Set(['b']) };
    assert.deepEqual(
      [
        givesBack(held, B),
        givesBack(held, away),
        givesBack({ ...held, id: 'b' }, B),
        givesBack({ ...held, unreachableFrom: ['a'] }, B),
      ],
      [true, false, false, false],
    );
  });
});

describe('What a node sees of the others', () => {
  const node = (name: string, renewals: number, state: NodeRow['state'] = 'up'): NodeRow => ({
    name,
    instance: `i-${name}`,
    renewals,
    state,
  });
  const look = (before: ReadonlyMap<string, Sighting>, rows: readonly NodeRow[], now: number) =>
    seen(before, new Map(rows.map((row) => [row.name, markOf(row)])), now);

  it('begins anew with each renewal, with another process of the name, and after a row was gone', () => {
    const first = look(new Map(), [node('a', 1)], 100);
    const same = look(first, [node('a', 1)], 600);
    const renewed = look(same, [node('a', 2)], 1_100);
    const other = look(renewed, [{ ...node('a', 2), instance: 'other' }], 1_600);
    const gone = look(other, [], 2_100);
    const back = look(gone, [{ ...node('a', 2), instance: 'other' }], 2_600);
    const since = [first, same, renewed, other, back].map((sightings) => sightings.get('a')?.since);
    assert.deepEqual([...since, gone.size], [100, 100, 1_100, 1_600, 2_600, 0]);
  });

  it('counts those as living that are up and have renewed lately', () => {
    const rows = [node('a', 1), node('b', 1, 'starting'), node('c', 1, 'stopping'), node('d', 1)];
    const before = look(new Map(), rows, 0);
    const after = look(before, [node('a', 2), ...rows.slice(1)], 10_999);
    assert.deepEqual(
      [[...livingNodes(rows, after, 10_999)], [...livingNodes(rows, after, 11_000)]],
      [['a', 'd'], ['a']],
    );
  });
});
