import assert from 'node:assert/strict';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MediaStore } from '../../src/media/media-store.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { addSound, MEDIA_URL, openStore } from './sound/sound-builders.ts';

const [A, B, C] = ['a', 'b', 'c'].map((digit) => digit.repeat(64)) as [string, string, string];
/** A sound of one second. */
const SECOND_BYTES = 16_044;

describe('the store of sounds', () => {
  let clock: FakeClock;
  let remove: () => Promise<void> = () => Promise.resolve();
  const open = async (limitBytes?: number): Promise<{ store: MediaStore; dir: string }> => {
    const opened = await openStore(clock, limitBytes);
    remove = opened.remove;
    return opened;
  };
  beforeEach(() => {
    clock = new FakeClock();
  });
  afterEach(() => remove());

  it('keeps a sound under its name and knows how long it is', async () => {
    const { store, dir } = await open();
    await addSound(store, A, 1000);
    assert.deepEqual(await store.find(A), { name: A, bytes: SECOND_BYTES, durationMs: 1000 });
    assert.equal((await stat(join(dir, `${A}.wav`))).size, SECOND_BYTES);
    assert.deepEqual(await readdir(join(dir, 'work')), []);
  });

  it('names a sound by what it is made from, the same after a restart', async () => {
    const { store, dir } = await open();
    const name = store.nameFor('say', 'hello');
    assert.match(name, /^[0-9a-f]{64}$/);
    assert.notEqual(store.nameFor('sayhello'), name);
    const again = await MediaStore.open({ dir, mediaUrl: MEDIA_URL, clock });
    assert.equal(again.nameFor('say', 'hello'), name);
  });

  it('names a sound so that nobody outside can guess it, not even one who knows the text', async () => {
    const { store, dir } = await open();
    const name = store.nameFor('say', 'your PIN is 1234');
    await remove();
    const other = await open();
    assert.notEqual(other.store.nameFor('say', 'your PIN is 1234'), name);
    assert.equal((await stat(join(other.dir, 'key'))).mode & 0o777, 0o600);
    assert.notEqual(dir, other.dir);
  });

  it('has its sounds again after a restart, without what was half made', async () => {
    const { store, dir } = await open();
    await addSound(store, A, 1000);
    await writeFile(await store.scratchPath('wav'), 'half');
    await writeFile(join(dir, `${B}.wav`), '');
    const again = await MediaStore.open({ dir, mediaUrl: MEDIA_URL, clock });
    assert.deepEqual(await again.find(A), { name: A, bytes: SECOND_BYTES, durationMs: 1000 });
    assert.equal(await again.find(B), undefined);
    assert.equal((await readdir(dir)).includes('work'), false);
  });

  it('does not believe in a sound that somebody deleted', async () => {
    const { store, dir } = await open();
    await addSound(store, A, 1000);
    await rm(join(dir, `${A}.wav`));
    assert.equal(await store.find(A), undefined);
    assert.equal(store.totalBytes, 0);
  });

  it('removes what was not used for longest when there is too much', async () => {
    const { store, dir } = await open(2 * SECOND_BYTES);
    await addSound(store, A, 1000);
    await addSound(store, B, 1000);
    await clock.advance(3_600_000);
    await store.find(A);
    await addSound(store, C, 1000);
    assert.deepEqual((await readdir(dir)).filter((file) => file.endsWith('.wav')).sort(), [
      `${A}.wav`,
      `${C}.wav`,
    ]);
    assert.equal(store.totalBytes, 2 * SECOND_BYTES);
  });

  it('keeps what was handed out in the last ten minutes, up to twice the limit', async () => {
    const { store } = await open(SECOND_BYTES);
    await addSound(store, A, 1000);
    await addSound(store, B, 1000);
    assert.equal(store.totalBytes, 2 * SECOND_BYTES);
    await addSound(store, C, 1000);
    assert.equal(await store.find(A), undefined);
    assert.equal(store.totalBytes, 2 * SECOND_BYTES);
  });

  it('keeps a sound that is larger than the limit for the call that it was made for', async () => {
    const { store } = await open(1000);
    await addSound(store, A, 1000);
    assert.deepEqual(await store.find(A), { name: A, bytes: SECOND_BYTES, durationMs: 1000 });
  });

  it('replaces a sound of the same name', async () => {
    const { store, dir } = await open();
    await addSound(store, A, 1000);
    await addSound(store, A, 500);
    assert.equal(store.totalBytes, 8044);
    assert.equal((await readFile(join(dir, `${A}.wav`))).length, 8044);
  });

  it('tells the file of a sound of its own, which counts as in use', async () => {
    const { store, dir } = await open(2 * SECOND_BYTES);
    await addSound(store, A, 1000);
    await addSound(store, B, 1000);
    assert.equal(store.fileOf(store.urlOf(A)), join(dir, `${A}.wav`));
    for (const url of [store.urlOf(C), `http://other.test/media/${A}.wav`, `${store.urlOf(A)}?x`, 'x']) {
      assert.equal(store.fileOf(url), undefined, url);
    }
    await clock.advance(11 * 60_000);
    store.fileOf(store.urlOf(A));
    await addSound(store, C, 1000);
    assert.deepEqual([store.serves(store.urlOf(A)), store.serves(store.urlOf(B))], [true, false]);
  });

  it('tells no file whose path Asterisk would take for something else', async () => {
    const { dir } = await open();
    const store = await MediaStore.open({ dir: join(dir, 'a,b'), mediaUrl: MEDIA_URL, clock });
    await addSound(store, A, 1000);
    assert.equal(store.fileOf(store.urlOf(A)), undefined);
  });

  it('gives URLs without commas', async () => {
    const { dir } = await open();
    const store = await MediaStore.open({ dir, mediaUrl: 'http://10.0.0.1:8080/a,b/', clock });
    assert.equal(store.urlOf(A), `http://10.0.0.1:8080/a%2Cb/media/${A}.wav`);
  });
});
