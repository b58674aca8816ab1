import type { RtpAddress, RtpRemote } from './rtp-session.ts';

export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

const OUR_EVENT_PAYLOAD = 101;

/** What the other side's session description says about its audio. */
export interface RemoteMedia extends RtpRemote {
  readonly direction: Direction;
}

/** An offer or answer: µ-law and telephone events. `eventPayload` repeats the number of the offer in an answer. */
export function describeMedia(
  local: RtpAddress,
  options: { version: number; direction?: Direction; eventPayload?: number },
): string {
  const { version, direction = 'sendrecv', eventPayload = OUR_EVENT_PAYLOAD } = options;
  return [
    'v=0',
    `o=- ${local.port} ${version} IN IP4 ${local.host}`,
    's=-',
    `c=IN IP4 ${local.host}`,
    't=0 0',
    `m=audio ${local.port} RTP/AVP 0 ${eventPayload}`,
    'a=rtpmap:0 PCMU/8000',
    `a=rtpmap:${eventPayload} telephone-event/8000`,
    `a=fmtp:${eventPayload} 0-16`,
    'a=ptime:20',
    `a=${direction}`,
    '',
  ].join('\r\n');
}

/** The other side's audio; undefined if it offers none that we can speak (µ-law, not encrypted). */
export function parseMedia(sdp: string): RemoteMedia | undefined {
  const [session = [], ...media] = sections(sdp);
  const audio = media.find(isOurAudio);
  if (audio === undefined) return undefined;
  const host = first(audio, /^c=IN IP4 ([^\s/]+)/) ?? first(session, /^c=IN IP4 ([^\s/]+)/);
  const [, port] = (audio[0] ?? '').split(' ');
  if (host === undefined) return undefined;
  const direction = (first(audio, /^a=(sendrecv|sendonly|recvonly|inactive)$/) ??
    first(session, /^a=(sendrecv|sendonly|recvonly|inactive)$/) ??
    'sendrecv') as Direction;
  return {
    host,
    port: Number(port),
    eventPayload: Number(first(audio, /^a=rtpmap:(\d+) telephone-event\/8000/i) ?? OUR_EVENT_PAYLOAD),
    direction,
    // 0.0.0.0 is the old way to put a call on hold (RFC 3264 8.4).
    listens: host !== '0.0.0.0' && (direction === 'sendrecv' || direction === 'recvonly'),
  };
}

function isOurAudio([mediaLine = '']: readonly string[]): boolean {
  const [kind, port, transport = '', ...payloads] = mediaLine.split(' ');
  return kind === 'm=audio' && Number(port) > 0 && /^RTP\/AVPF?$/.test(transport) && payloads.includes('0');
}

/** The lines before the first media line, and the lines of each medium. */
function sections(sdp: string): string[][] {
  return sdp.split(/\r?\n(?=m=)/).map((section) => section.split(/\r?\n/));
}

/** Our direction in the answer to an offer (RFC 3264 6.1). */
export function answeringDirection(offered: Direction): Direction {
  const answers = {
    sendrecv: 'sendrecv',
    sendonly: 'recvonly',
    recvonly: 'sendonly',
    inactive: 'inactive',
  } as const;
  return answers[offered];
}

function first(lines: readonly string[], pattern: RegExp): string | undefined {
  for (const line of lines) {
    const found = pattern.exec(line)?.[1];
    if (found !== undefined) return found;
  }
  return undefined;
}
