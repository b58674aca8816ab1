import { hostOf } from '../data/http-link.ts';
import { textIn } from '../data/line-data.ts';
import type { Call, CallEvent, CallFamily } from '../data/resources.ts';
import type { Column } from './ladder.ts';

export const ASTERISK = 'asterisk';
export const LEGWORK = 'legwork';
const CALLER = 'caller';
const REST = 'rest';

/** The id of the column of a leg's party. */
export function partyColumn({ sid, direction }: Pick<Call, 'sid' | 'direction'>): string {
  return direction === 'inbound' ? CALLER : `leg:${sid}`;
}

/** The id of the column from which a call was begun over REST. */
export const REST_COLUMN = REST;

/** The id of the column of the application server at a URL. */
export function serverColumn(url: string): string {
  return `server:${hostOf(url)}`;
}

/** The id of the column of the server at the other end of a stream; it may be the application server too. */
export function streamColumn(url: string): string {
  return `stream:${hostOf(url)}`;
}

/** Everybody who takes part: caller · Asterisk · Legwork · application servers in the order of their first request · servers of streams · callees. */
export function columnsOf({ calls, events }: CallFamily): readonly Column[] {
  const first = calls[0];
  return [
    ...(first === undefined ? [] : [originOf(first)]),
    { id: ASTERISK, kind: 'asterisk', title: 'Asterisk', detail: 'SIP and media' },
    { id: LEGWORK, kind: 'legwork', title: 'Legwork', detail: 'runs the RCML' },
    ...serversIn(events),
    ...streamServersIn(events),
    ...calls.filter(({ direction }) => direction !== 'inbound').map(calleeOf),
  ];
}

function originOf({ direction, from, caller_name: name, trunk_sid: trunk }: Call): Column {
  if (direction !== 'inbound') return { id: REST, kind: 'rest', title: 'REST', detail: 'your program' };
  const detail = trunk === null ? 'caller' : 'caller, by trunk';
  return { id: CALLER, kind: 'caller', title: from, detail: name === null ? detail : name };
}

function calleeOf(call: Call): Column {
  const detail = call.trunk_sid === null ? 'callee' : 'callee, by trunk';
  return { id: partyColumn(call), kind: 'callee', title: call.to, detail };
}

function serversIn(events: readonly CallEvent[]): readonly Column[] {
  const hosts = new Map<string, string>();
  for (const { request } of events) {
    const url = request?.url ?? undefined;
    if (url !== undefined) hosts.set(serverColumn(url), hostOf(url));
  }
  return [...hosts].map(([id, title]) => ({ id, kind: 'server', title, detail: 'your application' }));
}

function streamServersIn(events: readonly CallEvent[]): readonly Column[] {
  const hosts = new Map<string, string>();
  for (const { kind, data } of events) {
    const url = kind === 'stream' ? textIn(data, 'url') : undefined;
    if (url !== undefined) hosts.set(streamColumn(url), hostOf(url));
  }
  return [...hosts].map(([id, title]) => ({ id, kind: 'stream-server', title, detail: 'hears the stream' }));
}
