import assert from 'node:assert/strict';
import { z } from 'zod';
import {
  CONNECTED,
  dtmfMessage,
  fileKindOf,
  markMessage,
  mediaMessage,
  readServerMessage,
  startMessage,
  stopMessage,
} from '../../../src/call/stream/stream-messages.ts';

const SID = `MZ${'1'.repeat(32)}`;
const IDS = {
  sid: SID,
  accountSid: `AC${'2'.repeat(32)}`,
  callSid: `CA${'3'.repeat(32)}`,
  track: 'both_tracks',
} as const;

const sid = (prefix: string) => z.string().regex(new RegExp(`^${prefix}[0-9a-f]{32}$`));
const count = z.string().regex(/^[1-9]\d*$/);
const numbered = { sequenceNumber: count, streamSid: sid('MZ') };
/** Written from Twilio's page "Media Streams - WebSocket messages", and from what its frameworks check. */
const SCHEMAS = {
  connected: z.strictObject({
    event: z.literal('connected'),
    protocol: z.literal('Call'),
    version: z.literal('1.0.0'),
  }),
  start: z.strictObject({
    event: z.literal('start'),
    ...numbered,
    start: z.strictObject({
      accountSid: sid('AC'),
      streamSid: sid('MZ'),
      callSid: sid('CA'),
      tracks: z.array(z.enum(['inbound', 'outbound'])),
      mediaFormat: z.strictObject({
        encoding: z.literal('audio/x-mulaw'),
        sampleRate: z.literal(8000),
        channels: z.literal(1),
      }),
      customParameters: z.record(z.string(), z.string()),
    }),
  }),
  media: z.strictObject({
    event: z.literal('media'),
    ...numbered,
    media: z.strictObject({
      track: z.enum(['inbound', 'outbound']),
      chunk: count,
      timestamp: count,
      payload: z.base64(),
    }),
  }),
  dtmf: z.strictObject({
    event: z.literal('dtmf'),
    ...numbered,
    dtmf: z.strictObject({ track: z.literal('inbound_track'), digit: z.string().regex(/^[0-9*#A-D]$/) }),
  }),
  mark: z.strictObject({ event: z.literal('mark'), ...numbered, mark: z.strictObject({ name: z.string() }) }),
  stop: z.strictObject({
    event: z.literal('stop'),
    ...numbered,
    stop: z.strictObject({ accountSid: sid('AC'), callSid: sid('CA') }),
  }),
} as const;

describe('A message to the customer’s server', () => {
  const messages: Readonly<Record<keyof typeof SCHEMAS, string>> = {
    connected: CONNECTED,
    start: startMessage(1, IDS, { customer: 'Ada & "Co"' }),
    media: mediaMessage(2, IDS, { track: 'outbound', chunk: 7, ms: 140, payload: 'AAEC' }),
    dtmf: dtmfMessage(3, IDS, '#'),
    mark: markMessage(4, IDS, 'a "name"\n'),
    stop: stopMessage(5, IDS),
  };
  for (const [event, message] of Object.entries(messages)) {
    it(`${event} is what Twilio documents`, () => {
      const schema: z.ZodType = SCHEMAS[event as keyof typeof SCHEMAS];
      assert.deepEqual(schema.parse(JSON.parse(message)), JSON.parse(message));
    });
  }

  it('start names the tracks in order, and has customParameters even when there are none', () => {
    const { start } = SCHEMAS.start.parse(JSON.parse(startMessage(1, IDS, {})));
    assert.deepEqual([start.tracks, start.customParameters], [['inbound', 'outbound'], {}]);
    const one = SCHEMAS.start.parse(JSON.parse(startMessage(1, { ...IDS, track: 'outbound_track' }, {})));
    assert.deepEqual(one.start.tracks, ['outbound']);
  });
});

describe('A message from the customer’s server', () => {
  const read = (message: object | string) =>
    readServerMessage(typeof message === 'string' ? message : JSON.stringify(message), SID);
  const audio = { payload: Buffer.from([1, 2, 3]).toString('base64') };

  it('is read, with or without the streamSid, and with members that nobody asked for', () => {
    const media = { kind: 'media', audio: Buffer.from([1, 2, 3]) };
    assert.deepEqual(read({ event: 'media', streamSid: SID, media: audio }), media);
    assert.deepEqual(
      read({ event: 'media', media: { ...audio, track: 'outbound', chunk: 3 }, more: 1 }),
      media,
    );
    assert.deepEqual(read({ event: 'mark', streamSid: SID, mark: { name: 'x' } }), {
      kind: 'mark',
      name: 'x',
    });
    assert.deepEqual(read({ event: 'clear', streamSid: SID }), { kind: 'clear' });
  });

  const INVALID: readonly (readonly [message: object | string, why: RegExp])[] = [
    ['hello', /not a JSON object/],
    ['[]', /not a JSON object/],
    [{}, /no event/],
    [{ event: 'start' }, /other than media, mark and clear/],
    [{ event: 'media', streamSid: `MZ${'9'.repeat(32)}`, media: audio }, /another stream/],
    [{ event: 'media' }, /no media\.payload/],
    [{ event: 'media', media: { payload: 7 } }, /no media\.payload/],
    [{ event: 'media', media: { payload: 'not base64!' } }, /not base64/],
    [{ event: 'mark' }, /no mark\.name/],
    [{ event: 'mark', mark: { name: 'x'.repeat(1025) } }, /over 1024/],
  ];
  for (const [message, why] of INVALID) {
    it(`is not used: ${JSON.stringify(message).slice(0, 60)}`, () => {
      const result = read(message);
      assert.match(result.kind === 'invalid' ? result.why : '', why);
    });
  }

  it('is known when it brings a file instead of µ-law', () => {
    const kinds = ['RIFF', 'ID3\u0004', 'OggS', 'xxxx'].map((head) =>
      fileKindOf(Buffer.from(head, 'latin1')),
    );
    assert.deepEqual(kinds, ['a WAV file', 'an MP3 file', 'an Ogg file', undefined]);
  });
});
