import assert from 'node:assert/strict';
import { whyTooBusy } from '../../bench/machine.ts';
import type { Bed } from '../../bench/bed/bed.ts';
import { measureNames, readOptions } from '../../bench/options.ts';
import { planOf } from '../../bench/plan.ts';
import { FULL, SHORT } from '../../bench/sizes.ts';
import type { Systems } from '../../bench/systems/start-systems.ts';
import type { System } from '../../bench/systems/system.ts';

describe("The bench's arguments", () => {
  it('are optional', () => {
    assert.deepEqual(readOptions([]), { full: false, anyway: false, only: [] });
    assert.deepEqual(readOptions(['--full', '--anyway', '--only', 'inbound,dial']), {
      full: true,
      anyway: true,
      only: ['inbound', 'dial'],
    });
  });

  it('are refused when one is unknown or incomplete', () => {
    assert.equal(readOptions(['--fast']), 'Unknown argument --fast');
    assert.equal(readOptions(['--only']), '--only needs the name of a measure');
  });

  it('are refused when nothing is measured by a name, with those there are', () => {
    const short = 'inbound, dial, rest, dial-rtp, clean-inbound, clean-dial, held, talks, drain';
    const more = 'inbound-rtp, clean-rest, overload, soak';
    assert.equal(
      readOptions(['--only', 'dial,foo']),
      `No measure's name begins with foo; there are ${short}; with --full also ${more}`,
    );
    assert.equal(
      readOptions(['--only', 'soak']),
      `No measure's name begins with soak; there are ${short}; with --full also ${more}`,
    );
    assert.equal(
      readOptions(['--only', 'foo', '--full']),
      `No measure's name begins with foo; there are inbound, dial, rest, inbound-rtp, dial-rtp, clean-inbound, clean-dial, clean-rest, held, talks, drain, overload, soak`,
    );
  });

  it('choose measures by the beginnings of their names', () => {
    assert.deepEqual(measureNames({ full: true, only: ['clean', 'soak'] }), [
      'clean-inbound',
      'clean-dial',
      'clean-rest',
      'soak',
    ]);
  });

  it('name exactly what is planned', () => {
    const system = { name: 'a system' } as System;
    const systems: Systems = {
      dialplan: system,
      bareAri: system,
      minimalRcml: system,
      bareDial: system,
      sqlite: system,
      postgres: system,
    };
    for (const sizes of [SHORT, FULL]) {
      assert.deepEqual(
        planOf({} as Bed, systems, sizes).map(({ name }) => name),
        measureNames({ full: sizes === FULL, only: [] }),
      );
    }
  });
});

describe('A machine', () => {
  it('is too busy when the load average is high, or the processors have too little left', () => {
    assert.equal(whyTooBusy({ loadAverage: 0.9, idle: 0.95 }, 2), undefined);
    assert.equal(
      whyTooBusy({ loadAverage: 3, idle: 0.5 }, 2),
      'the load average is 3.0, above 1.0; 50 % idle, less than 90 %',
    );
  });
});
