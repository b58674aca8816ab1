import type { HttpMethod } from '../http-method.ts';
import type { StatusCallback, VoiceSettings } from '../leg/leg.ts';
import { digitsIn } from './number-pattern.ts';
import { readPhoneNumber } from './phone-number.ts';
import { internationalNumber } from './number-format.ts';
import type { Directory, DirectoryClient, DirectoryNumber, DirectoryTrunk } from '../directory.ts';
import type { HangUpReason, InboundCall } from '../call-control.ts';

/** What becomes of an inbound call. */
export type Route =
  | {
      readonly kind: 'run';
      readonly accountSid: string;
      /** Who was called: for a number just its digits (and `+`), else exactly what was dialled. */
      readonly to: string;
      readonly phoneNumberSid?: string;
      /** The document, when Legwork supplies it and no application server is asked. */
      readonly document?: string;
      readonly voice: VoiceSettings;
    }
  | { readonly kind: 'refuse'; readonly reason: HangUpReason; readonly why: string };

/**
 * Decides where an inbound call goes (docs/rest.md, "What a client may dial"): a number of ours; for a client
 * also another client, its own VoiceUrl, a trunk; a number of ours that ends with `*`; else 404. `whose`: the account of a
 * trunk that is not known.
 */
export async function routeInbound(call: InboundCall, directory: Directory, whose?: string): Promise<Route> {
  const caller = call.source.kind === 'client' ? await directory.client(call.source.login) : undefined;
  if (call.source.kind === 'client' && caller === undefined) {
    return { kind: 'refuse', reason: 'forbidden', why: 'The calling client is not in the directory' };
  }
  const route =
    (await toNumber(call, directory, whose)) ?? (caller && (await fromClient(call, caller, directory)));
  if (route === undefined)
    return { kind: 'refuse', reason: 'not-found', why: 'No number or client is what was dialled' };
  const accounts = new Set([route.accountSid, caller?.accountSid ?? route.accountSid]);
  for (const sid of accounts) {
    const account = await directory.account(sid);
    if (account?.status !== 'active') {
      return { kind: 'refuse', reason: 'forbidden', why: `The account is ${account?.status ?? 'unknown'}` };
    }
  }
  if (route.document === undefined && route.voice.voiceUrl === undefined) {
    return { kind: 'refuse', reason: 'not-found', why: 'The number has no VoiceUrl' };
  }
  return route;
}

type Run = Extract<Route, { kind: 'run' }>;

async function toNumber(
  call: InboundCall,
  directory: Directory,
  whose: string | undefined,
): Promise<Run | undefined> {
  const { source } = call;
  const trunk = source.kind === 'trunk' ? await directory.trunk(source.trunkSid) : undefined;
  const ownDefault =
    trunk !== undefined && namesNobody(call.dialled, trunk) ? trunk.defaultNumber : undefined;
  const dialled = ownDefault ?? call.dialled;
  const number =
    (await directory.number(dialled)) ??
    (await inFull(dialled, trunk, directory)) ??
    (source.kind === 'trunk' ? await trunksCatchAll(dialled, trunk, directory, whose) : undefined);
  if (number === undefined) return undefined;
  if (ownDefault !== undefined && number.accountSid !== trunk?.accountSid) return undefined;
  return runNumber(number, dialled);
}

function runNumber(number: DirectoryNumber, dialled: string): Run {
  return {
    kind: 'run',
    accountSid: number.accountSid,
    to: numberOf(dialled),
    phoneNumberSid: number.sid,
    voice: number.voice,
  };
}

/** A number with `*` of the trunk's account, for what the trunk dialled as it is and in full. */
async function trunksCatchAll(
  dialled: string,
  trunk: DirectoryTrunk | undefined,
  directory: Directory,
  whose = trunk?.accountSid,
): Promise<DirectoryNumber | undefined> {
  if (whose === undefined || (trunk !== undefined && namesNobody(dialled, trunk))) return undefined;
  const full = trunk === undefined ? undefined : internationalNumber(numberOf(dialled), trunk);
  const [written, other] = await Promise.all(
    [dialled, full ?? dialled].map((one) => directory.numberLike(whose, one)),
  );
  if (other === undefined || written === undefined) return other ?? written;
  return digitsIn(other) > digitsIn(written) ? other : written;
}

/** What Asterisk calls the callee of a request without one. */
const NO_USER = ['', 's'];

/** Whether a trunk called us as such: by the contact that we registered, by our name there, or by no name at all. */
function namesNobody(dialled: string, { sid, username }: DirectoryTrunk): boolean {
  return [...NO_USER, sid, username].includes(dialled);
}

/** A number that the trunk wrote in its own country's way (`0301234`), or with `00` before the country. */
async function inFull(
  dialled: string,
  trunk: DirectoryTrunk | undefined,
  directory: Directory,
): Promise<DirectoryNumber | undefined> {
  if (trunk === undefined) return undefined;
  const full = internationalNumber(numberOf(dialled), trunk);
  return full === undefined || full === dialled ? undefined : directory.number(full);
}

async function fromClient(
  call: InboundCall,
  caller: DirectoryClient,
  directory: Directory,
): Promise<Run | undefined> {
  const run = { kind: 'run', accountSid: caller.accountSid, voice: caller.voice } as const;
  const callee = await directory.client(call.dialled);
  if (callee !== undefined && callee.accountSid === caller.accountSid) {
    return { ...run, to: call.dialled, document: dialDocument('Client', callee.login) };
  }
  const number = readPhoneNumber(call.dialled);
  const to = number ?? call.dialled;
  if (caller.voice.voiceUrl !== undefined) return { ...run, to };
  const like = await directory.numberLike(caller.accountSid, call.dialled);
  const isForAll = like?.phoneNumber === '*';
  if (like !== undefined && !isForAll) return runNumber(like, call.dialled);
  const trunks = number === undefined ? [] : await directory.trunksFor(caller.accountSid, number);
  if (number !== undefined && trunks.length > 0) {
    return { ...run, to, document: dialDocument('Number', number) };
  }
  return like === undefined ? undefined : runNumber(like, call.dialled);
}

/** What a phone or trunk sent: a number as it is dialled if it is one, else unchanged. */
export function numberOf(said: string): string {
  return readPhoneNumber(said) ?? said;
}

/** The text is a login or a number: neither can hold a character that XML would have to escape. */
function dialDocument(noun: 'Client' | 'Number', text: string): string {
  return `<Response><Dial answerOnBridge="true"><${noun}>${text}</${noun}></Dial></Response>`;
}

/** The callback of an inbound leg: one request per state. */
export function inboundStatusCallback(voice: VoiceSettings): StatusCallback | undefined {
  if (voice.statusCallback === undefined) return undefined;
  return {
    kind: 'number',
    url: voice.statusCallback,
    method: voice.statusCallbackMethod,
    events: ['ringing', 'answered', 'completed'],
  };
}

/** Voice settings without a URL: for calls whose document is given inline. */
export function noVoice(method: HttpMethod = 'POST'): VoiceSettings {
  return { voiceMethod: method, voiceFallbackMethod: method, statusCallbackMethod: method };
}
