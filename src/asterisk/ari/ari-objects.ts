/** The parts of ARI's objects that we use. Everything that Asterisk sends goes through these readers. */

export interface AriChannel {
  readonly id: string;
  /** `PJSIP/<endpoint>-<hex>`. */
  readonly name: string;
  readonly state: string;
  /** The SIP Call-ID. */
  readonly protocolId?: string;
  readonly callerName?: string;
  readonly callerNumber?: string;
  /** The user part of Diversion. */
  readonly forwardedFrom?: string;
  /** The number or name that was dialled, as the dialplan has it. */
  readonly exten?: string;
  /** The dialplan application that has the channel: `Stasis` for ours. */
  readonly appName?: string;
  /** That application's arguments: `<our application>,in`. */
  readonly appData?: string;
  /** The names of the headers of its INVITE, with commas between them, if the dialplan says them. */
  readonly headerNames?: string;
}

export interface AriBridge {
  readonly id: string;
  readonly name: string;
  readonly creator?: string;
  readonly channelIds: readonly string[];
}

/** An object whose values nobody has checked yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** Reads a channel; undefined when the value is none. Empty strings count as absent. */
export function readChannel(value: unknown): AriChannel | undefined {
  const channel = fields(value);
  const id = text(channel?.['id']);
  if (channel === undefined || id === undefined) return undefined;
  const caller = fields(channel['caller']);
  const dialplan = fields(channel['dialplan']);
  return {
    id,
    name: text(channel['name']) ?? '',
    state: text(channel['state']) ?? '',
    ...filled('protocolId', channel['protocol_id']),
    ...filled('callerName', caller?.['name']),
    ...filled('callerNumber', caller?.['number']),
    ...filled('forwardedFrom', channel['caller_rdnis']),
    ...filled('exten', dialplan?.['exten']),
    ...filled('appName', dialplan?.['app_name']),
    ...filled('appData', dialplan?.['app_data']),
    ...filled('headerNames', fields(channel['channelvars'])?.['LEGWORK_HEADERS']),
  };
}

/** Reads a bridge; undefined when the value is none. */
export function readBridge(value: unknown): AriBridge | undefined {
  const bridge = fields(value);
  const id = text(bridge?.['id']);
  if (bridge === undefined || id === undefined) return undefined;
  const channels = bridge['channels'];
  return {
    id,
    name: text(bridge['name']) ?? '',
    ...filled('creator', bridge['creator']),
    channelIds: Array.isArray(channels) ? channels.map(String) : [],
  };
}

/** Reads a list, without the items that `read` does not understand. */
export function readList<T>(value: unknown, read: (item: unknown) => T | undefined): readonly T[] {
  if (!Array.isArray(value)) return [];
  return value.map(read).filter((item) => item !== undefined);
}

/** Reads the reply to a request for a variable; undefined when the variable is empty. */
export function readVariable(value: unknown): string | undefined {
  const found = text(fields(value)?.['value']);
  return found === '' ? undefined : found;
}

/** Reads how many RTP packets came from the other side; undefined when the reply does not say. */
export function readPacketsReceived(value: unknown): number | undefined {
  return number(fields(value)?.['rxcount']);
}

/** Reads when Asterisk was started, from `/asterisk/info`; empty when it does not say. */
export function readStartupTime(value: unknown): string {
  return text(fields(fields(value)?.['status'])?.['startup_time']) ?? '';
}

/** Reads the version, from `/asterisk/info`; empty when it does not say. */
export function readVersion(value: unknown): string {
  return text(fields(fields(value)?.['system'])?.['version']) ?? '';
}

/** Reads an object of any kind; undefined when the value is none. */
export function fields(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null ? (value as Fields) : undefined;
}

/** Reads a string; undefined when the value is none. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Reads a finite number; undefined when the value is none. */
export function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function filled<K extends string>(key: K, value: unknown): { readonly [P in K]?: string } {
  return typeof value === 'string' && value !== '' ? ({ [key]: value } as { [P in K]?: string }) : {};
}
