import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { openKeyboard, type Wish, wishOf } from '../../../src/kit/dev/keyboard.ts';

/** A terminal that a test types on. */
class Terminal extends PassThrough {
  readonly isTTY = true;
  rawMode = false;

  setRawMode(mode: boolean): this {
    this.rawMode = mode;
    return this;
  }
}

async function all(wishes: AsyncIterable<Wish>): Promise<readonly Wish[]> {
  const found: Wish[] = [];
  for await (const wish of wishes) found.push(wish);
  return found;
}

describe('The keyboard of legwork dev', () => {
  const LINES: readonly (readonly [line: string, wish: Wish | undefined])[] = [
    ['1#', { kind: 'press', keys: '1#' }],
    ['  *42 ', { kind: 'press', keys: '*42' }],
    ['h', { kind: 'hangup' }],
    ['a', { kind: 'phone', does: 'answer' }],
    ['b', { kind: 'phone', does: 'busy' }],
    ['n', { kind: 'phone', does: 'no-answer' }],
    ['d', { kind: 'phone', does: 'decline' }],
    ['t', { kind: 'change-phone' }],
    ['c bob', { kind: 'call', from: 'bob' }],
    ['s two pizzas', { kind: 'say', words: 'two pizzas' }],
    ['w 2s', { kind: 'wait', ms: 2000 }],
    ['w 0.5', { kind: 'wait', ms: 500 }],
    ['q', { kind: 'quit' }],
    ['?', { kind: 'help' }],
    ['x', { kind: 'unknown', text: 'x' }],
    ['w soon', { kind: 'unknown', text: 'w soon' }],
    ['', undefined],
  ];
  for (const [line, wish] of LINES) {
    it(`reads "${line}"`, () => {
      assert.deepEqual(wishOf(line), wish);
    });
  }

  it('takes lines when it is no terminal', async () => {
    const input = new PassThrough();
    const keyboard = openKeyboard(input, () => undefined);
    input.end('1#\n\nc bob\n');
    assert.deepEqual(await all(keyboard.wishes), [
      { kind: 'press', keys: '1#' },
      { kind: 'call', from: 'bob' },
    ]);
    assert.equal(keyboard.isTerminal, false);
  });

  it('takes each key at once on a terminal, but for what needs a text, which it shows', async () => {
    const terminal = new Terminal();
    let shown = '';
    const keyboard = openKeyboard(terminal, (text) => (shown += text));
    assert.deepEqual([keyboard.isTerminal, terminal.rawMode], [true, true]);
    terminal.write('1');
    terminal.write('hcbop\u007fb\r');
    terminal.end('\u0003');
    assert.deepEqual(await all(keyboard.wishes), [
      { kind: 'press', keys: '1' },
      { kind: 'hangup' },
      { kind: 'call', from: 'bob' },
      { kind: 'quit' },
    ]);
    assert.equal(shown, 'c bop\b \bb\n');
    keyboard.close();
    assert.equal(terminal.rawMode, false);
  });
});
