import assert from 'node:assert/strict';
import { AudioQueue } from '../../../src/call/stream/audio-queue.ts';

/** Bytes that count up, so that an order or a gap shows. */
const bytes = (from: number, length: number) => Uint8Array.from({ length }, (_, at) => (from + at) % 251);

describe('Audio that waits to be played', () => {
  for (const piece of [1, 159, 160, 161, 7999, 8001, 40_000]) {
    it(`comes out in whole frames and in order, put in by ${piece} bytes`, () => {
      const queue = new AudioQueue<string>();
      const all = bytes(0, 48_000);
      for (let at = 0; at < all.length; at += piece) queue.add(all.subarray(at, at + piece));
      assert.equal(queue.bytes, 48_000);
      const out: number[] = [];
      for (let due = queue.take(10, false); due !== undefined; due = queue.take(10, false)) {
        assert.equal(due.kind === 'frames' && due.bytes.length % 160, 0);
        if (due.kind === 'frames') out.push(...due.bytes);
      }
      assert.deepEqual(out, [...all]);
      assert.equal(queue.bytes, 0);
    });
  }

  it('keeps a piece that is no frame until more comes, or nothing can be waited for', () => {
    const queue = new AudioQueue<string>();
    queue.add(bytes(0, 100));
    assert.equal(queue.take(10, false), undefined);
    assert.deepEqual(queue.take(10, true), {
      kind: 'frames',
      bytes: Uint8Array.from([...bytes(0, 100), ...Array.from({ length: 60 }, () => 0xff)]),
    });
  });

  it('gives a mark when all before it is out, the last piece filled up to a frame', () => {
    const queue = new AudioQueue<string>();
    queue.mark('first');
    queue.add(bytes(0, 161));
    queue.mark('second');
    queue.mark('third');
    queue.add(bytes(7, 160));
    const kinds: unknown[] = [];
    for (let due = queue.take(10, false); due !== undefined; due = queue.take(10, false)) {
      kinds.push(due.kind === 'mark' ? due.mark : due.bytes.length);
    }
    assert.deepEqual(kinds, ['first', 320, 'second', 'third', 160]);
  });

  it('is thrown away whole, and says which marks waited', () => {
    const queue = new AudioQueue<string>();
    queue.add(bytes(0, 9000));
    queue.mark('a');
    queue.add(bytes(0, 9000));
    queue.mark('b');
    queue.take(1, false);
    assert.deepEqual(queue.clear(), ['a', 'b']);
    assert.equal(queue.bytes, 0);
    assert.equal(queue.take(10, true), undefined);
    queue.add(bytes(3, 160));
    assert.deepEqual(queue.take(10, false), { kind: 'frames', bytes: bytes(3, 160) });
  });
});
