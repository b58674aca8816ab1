import { hasMp3Frames } from './mp3-frame.ts';

/** The file types that sox is told, in its words; it must never guess, because some of its formats name other files. */
export type SoundKind = 'wav' | 'mp3' | 'vorbis' | 'opus' | 'flac' | 'au' | 'gsm';

/** What a downloaded body is: a sound that we can convert, or words for what it is instead. */
export type BodyKind = { readonly sound: SoundKind } | { readonly notSound: string };

/** What the server and the URL say; used only for formats without a mark of their own (GSM). */
export interface KindHint {
  /** Lower case, without parameters. */
  readonly contentType: string;
  /** The last part of the URL's path. */
  readonly fileName: string;
}

const OTHERS: readonly (readonly [at: number, mark: string, name: string])[] = [
  [0, 'OggS', 'Ogg without Vorbis or Opus'],
  [0, 'FORM', 'AIFF'],
  [4, 'ftyp', 'MP4'],
  [0, '\x1aE\xdf\xa3', 'WebM or Matroska'],
  [0, 'FLV', 'Flash video'],
  [0, '#!AMR', 'AMR'],
  [0, '0&\xb2u', 'Windows Media'],
  [0, '#EXTM3U', 'a playlist'],
  [0, '[playlist]', 'a playlist'],
  [0, '\x89PNG', 'a PNG image'],
  [0, '\xff\xd8\xff', 'a JPEG image'],
  [0, 'GIF8', 'a GIF image'],
  [0, '%PDF', 'PDF'],
  [0, 'PK\x03\x04', 'a ZIP archive'],
  [0, '\x1f\x8b', 'gzip data'],
];

/** The length of the format, PCM, channels, samples and bytes a second, bytes and bits of a sample. */
const PLAYABLE_FORMAT = Buffer.from('1000000001000100401f0000803e000002001000', 'hex');

/** Tells by its first bytes what a body is; the content type is too often wrong to be believed. */
export function kindOf(body: Buffer, hint: KindHint): BodyKind {
  if (body.length === 0) return { notSound: 'empty' };
  const sound = markedKind(body);
  if (sound !== undefined) return { sound };
  if (isGsm(body, hint)) return { sound: 'gsm' };
  for (const [at, mark, name] of OTHERS) if (hasMark(body, at, mark)) return { notSound: name };
  const text = textKind(body);
  if (text !== undefined) return { notSound: text };
  if (hasMp3Frames(body)) return { sound: 'mp3' };
  return {
    notSound: body[0] === 0xff && ((body[1] ?? 0) & 0xf6) === 0xf0 ? 'AAC' : 'data of an unknown kind',
  };
}

function markedKind(body: Buffer): SoundKind | undefined {
  if ((hasMark(body, 0, 'RIFF') || hasMark(body, 0, 'RIFX')) && hasMark(body, 8, 'WAVE')) return 'wav';
  if (hasMark(body, 0, 'ID3')) return 'mp3';
  if (hasMark(body, 0, 'fLaC')) return 'flac';
  if (hasMark(body, 0, '.snd')) return 'au';
  if (!hasMark(body, 0, 'OggS')) return undefined;
  // RFC 3533: the page's header has 27 bytes and one more for each segment.
  const payload = 27 + (body[26] ?? 0);
  if (hasMark(body, payload, '\x01vorbis')) return 'vorbis';
  return hasMark(body, payload, 'OpusHead') ? 'opus' : undefined;
}

/** Raw GSM 06.10 has no mark: frames of 33 bytes that begin with 0xD. */
function isGsm(body: Buffer, hint: KindHint): boolean {
  const said = /^audio\/(x-)?gsm$/.test(hint.contentType) || /\.gsm$/i.test(hint.fileName);
  if (!said || body.length < 33) return false;
  for (let at = 0; at < Math.min(body.length, 330); at += 33) if ((body[at] ?? 0) >> 4 !== 0xd) return false;
  return true;
}

function textKind(body: Buffer): string | undefined {
  const head = body.subarray(0, 512).toString('latin1');
  if (/^\s*(\xef\xbb\xbf)?\s*<(!doctype\s+html|html|head|body)\b/i.test(head)) return 'HTML';
  if (/^(\xef\xbb\xbf)?\s*<[a-z?!]/i.test(head)) return 'XML';
  if (/^(\xef\xbb\xbf)?\s*[{[]\s*["{[\]}\d]/.test(head)) return 'JSON';
  // oxlint-disable-next-line no-control-regex -- control characters are what tells text from data
  return /^[^\x00-\x08\x0e-\x1f\x7f]+$/.test(head) && !head.startsWith('\xff') ? 'text' : undefined;
}

function hasMark(body: Buffer, at: number, mark: string): boolean {
  return body.subarray(at, at + mark.length).toString('latin1') === mark;
}

/** Whether a WAV says that it has no samples though some follow; streaming encoders leave the length at 0. */
export function hidesItsSamples(wav: Buffer): boolean {
  const isBigEndian = hasMark(wav, 0, 'RIFX');
  for (let at = 12; at + 8 < wav.length; ) {
    const size = isBigEndian ? wav.readUInt32BE(at + 4) : wav.readUInt32LE(at + 4);
    if (hasMark(wav, at, 'data')) return size === 0;
    at += 8 + size + (size % 2);
  }
  return false;
}

/**
 * Whether a WAV is exactly what Asterisk plays: the shortest head, 8 kHz, mono, 16 bit, then its samples and nothing
 * else.
 */
export function isPlayable(wav: Buffer): boolean {
  return (
    wav.length > 44 &&
    wav.length % 2 === 0 &&
    hasMark(wav, 0, 'RIFF') &&
    wav.readUInt32LE(4) === wav.length - 8 &&
    hasMark(wav, 8, 'WAVEfmt ') &&
    PLAYABLE_FORMAT.equals(wav.subarray(16, 36)) &&
    hasMark(wav, 36, 'data') &&
    wav.readUInt32LE(40) === wav.length - 44
  );
}
