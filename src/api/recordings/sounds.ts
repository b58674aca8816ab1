import type { Readable } from 'node:stream';
import type { Context, Middleware, ParameterizedContext } from 'koa';
import type { RecordingRecord } from '../../call/recording/recording-record.ts';
import type { OwnedRecording, SoundFormat } from '../../call/recording/recording-files.ts';
import type { AccountRepository } from '../../records/repositories.ts';
import type { RecordingRepository } from '../../records/recording-repository.ts';
import { accountInScope } from '../http/authentication.ts';
import { API_ERRORS, badRequest, notFound } from '../errors.ts';
import type { ApiState } from '../http/state.ts';
import { rangeOf } from './range.ts';

/** A file that is open for reading; the stream closes it. */
export interface OpenSound {
  readonly bytes: number;
  readonly file: {
    createReadStream(part: { readonly start: number; readonly end: number }): Readable;
    close(): Promise<void>;
  };
}

/** The sound of recordings. */
export interface RecordedSounds {
  /** Undefined when there is none, or no longer one. `mixed`: its two channels in one. */
  open(recording: OwnedRecording, format: SoundFormat, mixed?: 'mixed'): Promise<OpenSound | undefined>;
  remove(recordingSid: string): Promise<void>;
}

export interface RecordingSoundDeps {
  readonly accounts: AccountRepository;
  readonly recordings: RecordingRepository;
  readonly sounds: RecordedSounds;
}

/** RecordingUrl ended with `.wav` in earlier versions, so a format may also follow that. */
const PATH = /^\/Accounts\/(AC[0-9a-f]{32})\/Recordings\/(RE[0-9a-f]{32})((?:\.wav)?)(?:\.(wav|mp3))?$/;
const TYPES = { wav: 'audio/wav', mp3: 'audio/mpeg' } as const;

/** The recording that a path below the API's prefix names, and the format; undefined when it names none. */
export function soundOf(
  apiPath: string,
):
  | { readonly accountSid: string; readonly sid: string; readonly format: SoundFormat | undefined }
  | undefined {
  const [, accountSid, sid, old, format] = PATH.exec(apiPath) ?? [];
  if (accountSid === undefined || sid === undefined) return undefined;
  return { accountSid, sid, format: (format as SoundFormat | undefined) ?? (old === '' ? undefined : 'wav') };
}

/**
 * Serves `P/Recordings/{sid}` (WAV, unless JSON or XML is asked for), `.wav` and `.mp3`, whole or in part. Where no
 * authentication is required (RECORDING_AUTH=off), the unguessable address is enough.
 */
export function recordingSounds({ accounts, recordings, sounds }: RecordingSoundDeps): Middleware<ApiState> {
  return async (ctx, next) => {
    const found = soundOf(ctx.state.apiPath ?? '');
    if (found === undefined || !['GET', 'HEAD'].includes(ctx.method)) return next();
    const { accountSid, sid, format = 'wav' } = found;
    if (found.format === undefined && asksForText(ctx)) return next();
    const { asking } = ctx.state;
    if (asking !== undefined) await accountInScope(accounts, asking, accountSid, false);
    const record = await recordings.find(accountSid, sid);
    if (record?.status !== 'completed') throw notFound(`The sound of recording ${sid}`);
    const mixed = isMixed(record, ctx.query['RequestedChannels']) ? ('mixed' as const) : undefined;
    const sound = await sounds.open(record, format, mixed);
    if (sound === undefined) throw notFound(`The sound of recording ${sid}`);
    await send(ctx, sound, { name: mixed === undefined ? sid : `${sid}.${mixed}`, format });
  };
}

/** Whether `RequestedChannels` wants the two channels in one. @throws ApiError 400, and 404 for more channels than there are */
function isMixed({ sid, channels }: RecordingRecord, asked: string | string[] | undefined): boolean {
  if (asked === undefined || asked === '') return false;
  if (asked !== '1' && asked !== '2')
    throw badRequest(API_ERRORS.badRequest, 'RequestedChannels must be 1 or 2');
  if (Number(asked) > channels) throw notFound(`Recording ${sid} with two channels`);
  return Number(asked) < channels;
}

/** The path has `.json` or `.xml`, or the client does not accept sound. */
function asksForText(ctx: ParameterizedContext<ApiState>): boolean {
  ctx.vary('Accept');
  return !ctx.path.endsWith(ctx.state.apiPath ?? '') || ctx.accepts('audio/wav', 'audio/mpeg') === false;
}

async function send(
  ctx: Context,
  sound: OpenSound,
  { name, format }: { readonly name: string; readonly format: SoundFormat },
): Promise<void> {
  const { bytes, file } = sound;
  // A finished recording never changes.
  const etag = `"${name}.${format}"`;
  ctx.status = 200;
  ctx.set({ ETag: etag, 'Accept-Ranges': 'bytes', 'Cache-Control': 'private, no-cache' });
  ctx.set('Content-Disposition', `inline; filename="${name}.${format}"`);
  ctx.type = TYPES[format];
  const ifRange = ctx.get('If-Range');
  const asked = ifRange === '' || ifRange === etag ? ctx.get('Range') : '';
  const part = ctx.method === 'HEAD' || ctx.fresh ? 'whole' : rangeOf(asked, bytes);
  if (part === 'unsatisfiable') ctx.set('Content-Range', `bytes */${bytes}`);
  else if (part !== 'whole') ctx.set('Content-Range', `bytes ${part.start}-${part.end}/${bytes}`);
  if (part === 'unsatisfiable' || ctx.method === 'HEAD' || ctx.fresh) {
    await file.close();
    ctx.length = part === 'unsatisfiable' ? 0 : bytes;
    if (part === 'unsatisfiable') ctx.status = 416;
    else if (ctx.fresh) ctx.status = 304;
    return;
  }
  const { start, end } = part === 'whole' ? { start: 0, end: bytes - 1 } : part;
  if (part !== 'whole') ctx.status = 206;
  // The stream closes the file at its end, and Koa destroys the stream when the client goes away.
  ctx.body = file.createReadStream({ start, end });
  ctx.type = TYPES[format];
  ctx.length = end - start + 1;
}
