import assert from 'node:assert/strict';
import { type BodyKind, hidesItsSamples, isPlayable, kindOf } from '../../../src/media/sound/sound-kind.ts';
import { wavOf } from './sound-builders.ts';

const NO_HINT = { contentType: '', fileName: '' };
const ogg = (payload: string) =>
  Buffer.concat([Buffer.from('OggS'), Buffer.alloc(22), Buffer.from([1, 30]), latin(payload)]);
const latin = (text: string) => Buffer.from(text, 'latin1');
/** Two empty frames of MPEG-1 Layer III, 128 kbit/s, 44.1 kHz: 417 bytes each. */
const mp3Frames = Buffer.concat([
  latin('\xff\xfb\x90\x00'),
  Buffer.alloc(413),
  latin('\xff\xfb\x90\x00'),
  Buffer.alloc(413),
]);
/** The same of MPEG-2, 64 kbit/s, 22.05 kHz: 208 bytes each. */
const mp3Frames22k = Buffer.concat([
  latin('\xff\xf3\x80\x00'),
  Buffer.alloc(204),
  latin('\xff\xf3\x80\x00'),
  Buffer.alloc(204),
]);
const gsmFrame = Buffer.concat([Buffer.from([0xd2]), Buffer.alloc(32)]);

describe('what a fetched body is', () => {
  const table: [name: string, body: Buffer, kind: BodyKind][] = [
    ['a WAV', wavOf(new Int16Array(8)), { sound: 'wav' }],
    ['a big-endian WAV', latin('RIFX....WAVEfmt '), { sound: 'wav' }],
    ['an MP3 with an ID3 tag', latin('ID3\x03\x00\x00\x00\x00\x00\x00'), { sound: 'mp3' }],
    ['an MP3 without a tag', mp3Frames, { sound: 'mp3' }],
    ['an MP3 of a low sample rate', mp3Frames22k, { sound: 'mp3' }],
    ['an MP3 that begins inside a frame', Buffer.concat([Buffer.alloc(100), mp3Frames]), { sound: 'mp3' }],
    ['Ogg Vorbis', ogg('\x01vorbis'), { sound: 'vorbis' }],
    ['Ogg Opus', ogg('OpusHead'), { sound: 'opus' }],
    ['FLAC', latin('fLaC\x00'), { sound: 'flac' }],
    ['AU', latin('.snd\x00'), { sound: 'au' }],
    ['Ogg with a film', ogg('\x80theora'), { notSound: 'Ogg without Vorbis or Opus' }],
    ['nothing', Buffer.alloc(0), { notSound: 'empty' }],
    ['an HTML page', latin('\n<!DOCTYPE html><html>'), { notSound: 'HTML' }],
    ['an HTML page without a doctype', latin('\xef\xbb\xbf<HTML lang="en">'), { notSound: 'HTML' }],
    ['an RCML document', latin('<?xml version="1.0"?><Response/>'), { notSound: 'XML' }],
    ['JSON', latin('{"error": "not found"}'), { notSound: 'JSON' }],
    ['plain text', latin('Not found'), { notSound: 'text' }],
    ['a playlist, which could name files of ours', latin('#EXTM3U\n/etc/passwd'), { notSound: 'a playlist' }],
    ['an MP4 film', latin('\x00\x00\x00\x20ftypisom'), { notSound: 'MP4' }],
    ['AAC', latin('\xff\xf1\x50\x80\x00\x1f\xfc'), { notSound: 'AAC' }],
    ['AIFF', latin('FORM\x00\x00\x00\x00AIFF'), { notSound: 'AIFF' }],
    ['a picture', latin('\x89PNG\r\n\x1a\n'), { notSound: 'a PNG image' }],
    ['noise', latin('\x00\x01\x02\x03'), { notSound: 'data of an unknown kind' }],
    ['one stray frame header', latin('\xff\xfb\x90\x00<html>'), { notSound: 'data of an unknown kind' }],
    ['GSM that nobody calls so', gsmFrame, { notSound: 'data of an unknown kind' }],
  ];
  for (const [name, body, kind] of table) {
    it(`is told from its bytes: ${name}`, () => assert.deepEqual(kindOf(body, NO_HINT), kind));
  }

  it('is GSM where the content type or the file name says so, and the bytes do not contradict', () => {
    const body = Buffer.concat([gsmFrame, gsmFrame]);
    assert.deepEqual(kindOf(body, { contentType: 'audio/x-gsm', fileName: '' }), { sound: 'gsm' });
    assert.deepEqual(kindOf(body, { contentType: '', fileName: 'prompt.GSM' }), { sound: 'gsm' });
    assert.deepEqual(kindOf(latin('<html>'.padEnd(40)), { contentType: 'audio/gsm', fileName: '' }), {
      notSound: 'HTML',
    });
  });

  it('is what the bytes say when the server says something else', () => {
    const hint = { contentType: 'text/html', fileName: 'index.html' };
    assert.deepEqual(kindOf(wavOf(new Int16Array(8)), hint), { sound: 'wav' });
  });
});

describe('a WAV with a length of 0', () => {
  it('hides the samples that follow', () => {
    const wav = wavOf(new Int16Array(8));
    assert.equal(hidesItsSamples(wav), false);
    wav.writeUInt32LE(0, 40);
    assert.equal(hidesItsSamples(wav), true);
  });

  it('may be cut off before it says so', () => {
    for (const length of [12, 13, 20, 40]) {
      assert.equal(hidesItsSamples(wavOf(new Int16Array(8)).subarray(0, length)), false);
    }
  });
});

describe('a WAV that Asterisk plays as it is', () => {
  const wav = () => wavOf(new Int16Array(80));

  it('has 8 kHz, mono, 16 bit, and nothing but its samples', () => {
    assert.equal(isPlayable(wav()), true);
    assert.equal(isPlayable(wavOf(new Int16Array(80), 16_000)), false);
    assert.equal(isPlayable(wavOf(new Int16Array(0))), false);
    assert.equal(isPlayable(Buffer.concat([wav(), Buffer.alloc(8)])), false);
    for (const length of [0, 12, 40, 43, 60, 61]) assert.equal(isPlayable(wav().subarray(0, length)), false);
  });

  const changes: [what: string, at: number][] = [
    ['its mark', 0],
    ['its length', 4],
    ['the type of its samples', 20],
    ['its channels', 22],
    ['its bytes a second', 28],
    ['its bits', 34],
    ['what follows its format', 36],
    ['the length of its samples', 40],
  ];
  for (const [what, at] of changes) {
    it(`is converted when anything else is said of ${what}`, () => {
      const other = wav();
      other[at] = (other[at] ?? 0) + 1;
      assert.equal(isPlayable(other), false);
    });
  }
});
