import assert from 'node:assert/strict';
import { SILENT_FRAME, TrackLine } from '../../../src/call/stream/track-line.ts';

const frame = (value: number) => new Uint8Array(160).fill(value);

describe('A track of a stream', () => {
  it('is cut into frames, whatever the pieces are', () => {
    const line = new TrackLine(0);
    const all = Uint8Array.from({ length: 480 }, (_, at) => at % 251);
    const frames = [0, 80, 320].flatMap((from, index) => [
      ...line.take(all.subarray(from, [80, 320, 480][index]), 20 * index),
    ]);
    assert.deepEqual(
      frames.map((one) => [...one]),
      [0, 160, 320].map((from) => [...all.subarray(from, from + 160)]),
    );
  });

  it('has silence where nothing came for 60 ms, and then one frame for every 20 ms', () => {
    const line = new TrackLine(1000);
    assert.equal(line.fill(1060).length, 0);
    assert.deepEqual(line.fill(1061), [SILENT_FRAME]);
    assert.equal(line.fill(1080).length, 0);
    assert.equal(line.fill(1141).length, 4);
    assert.deepEqual([line.frames, line.silent], [5, 5]);
  });

  it('leaves out what comes after silence was sent in its place', () => {
    const line = new TrackLine(0);
    assert.equal(line.fill(1061).length, 51);
    // A second of it comes at once: what is due by now and for the next 60 ms is taken.
    const late = Array.from({ length: 50 }, () => [...line.take(frame(1), 1061)]).flat();
    assert.equal(late.length, 6);
    assert.equal(line.frames, 57);
  });

  it('loses nothing when the other side is faster than our clock', () => {
    const line = new TrackLine(0);
    let taken = 0;
    // A frame every 19 ms for a minute.
    for (let at = 0; at < 60_000; at += 19) {
      taken += line.take(frame(1), at).length;
      assert.equal(line.fill(at).length, 0);
    }
    assert.equal(taken, Math.ceil(60_000 / 19));
  });

  it('fills up a piece that was begun with silence', () => {
    const line = new TrackLine(0);
    assert.equal(line.take(frame(1).subarray(0, 100), 10).length, 0);
    const [filled] = line.fill(70);
    assert.deepEqual(
      [...(filled ?? [])],
      [...Array.from({ length: 100 }, () => 1), ...Array.from({ length: 60 }, () => 0xff)],
    );
  });
});
