/** What we read of ARI's objects. Everything from Asterisk passes one of the readers here once. */

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
  /** What was dialled, as the dialplan has it. */
  readonly exten?: string;
  /** The dialplan application that has it: `Stasis` for ours. */
  readonly appName?: string;
  /** That application's arguments: `<our application>,in`. */
  readonly appData?: string;
}

export interface AriBridge {
  readonly id: string;
  readonly name: string;
  readonly creator?: string;
  readonly channelIds: readonly string[];
}

/** The events that mean something to us, in Asterisk's words. */
export type AriEvent =
  | { readonly type: 'StasisStart'; readonly channel: AriChannel; readonly args: readonly string[] }
  | { readonly type: 'StasisEnd' | 'ChannelStateChange'; readonly channel: AriChannel }
  | {
      readonly type: 'ChannelDestroyed';
      readonly channel: AriChannel;
      readonly cause: number;
      readonly causeText?: string;
      readonly techCause?: number;
    }
  | { readonly type: 'ChannelDtmfReceived'; readonly channel: AriChannel; readonly digit: string }
  | { readonly type: 'Dial'; readonly peer: AriChannel; readonly dialStatus: string }
  | {
      readonly type: 'PlaybackStarted' | 'PlaybackFinished';
      readonly playbackId: string;
      readonly state: string;
    }
  | {
      readonly type: 'RecordingStarted' | 'RecordingFinished' | 'RecordingFailed';
      readonly name: string;
      readonly cause?: string;
    }
  | {
      readonly type: 'ChannelEnteredBridge' | 'ChannelLeftBridge';
      readonly bridgeId: string;
      readonly channelId: string;
    };

/** The types of the events above: all that Asterisk needs to send. */
export const EVENT_TYPES: readonly AriEvent['type'][] = [
  'StasisStart',
  'StasisEnd',
  'ChannelStateChange',
  'ChannelDestroyed',
  'ChannelDtmfReceived',
  'Dial',
  'PlaybackStarted',
  'PlaybackFinished',
  'RecordingStarted',
  'RecordingFinished',
  'RecordingFailed',
  'ChannelEnteredBridge',
  'ChannelLeftBridge',
];

type Fields = Readonly<Record<string, unknown>>;

/** Reads an event of ours; undefined for every other event and for what cannot be understood. */
export function readEvent(value: unknown): AriEvent | undefined {
  const event = fields(value);
  const type = text(event?.['type']);
  if (event === undefined || type === undefined) return undefined;
  switch (type) {
    case 'PlaybackStarted':
    case 'PlaybackFinished':
      return readPlaybackEvent(type, event);
    case 'RecordingStarted':
    case 'RecordingFinished':
    case 'RecordingFailed': {
      const recording = fields(event['recording']);
      const name = text(recording?.['name']);
      return name === undefined ? undefined : { type, name, ...filled('cause', recording?.['cause']) };
    }
    case 'ChannelEnteredBridge':
    case 'ChannelLeftBridge': {
      const bridgeId = text(fields(event['bridge'])?.['id']);
      const channelId = text(fields(event['channel'])?.['id']);
      return bridgeId === undefined || channelId === undefined ? undefined : { type, bridgeId, channelId };
    }
    case 'Dial': {
      const peer = readChannel(event['peer']);
      return peer === undefined ? undefined : { type, peer, dialStatus: text(event['dialstatus']) ?? '' };
    }
    default:
      return readChannelEvent(type, event);
  }
}

function readPlaybackEvent(
  type: 'PlaybackStarted' | 'PlaybackFinished',
  event: Fields,
): AriEvent | undefined {
  const playback = fields(event['playback']);
  const playbackId = text(playback?.['id']);
  return playbackId === undefined ? undefined : { type, playbackId, state: text(playback?.['state']) ?? '' };
}

function readChannelEvent(type: string, event: Fields): AriEvent | undefined {
  const channel = readChannel(event['channel']);
  if (channel === undefined) return undefined;
  switch (type) {
    case 'StasisStart': {
      const args = event['args'];
      return { type, channel, args: Array.isArray(args) ? args.map(String) : [] };
    }
    case 'StasisEnd':
    case 'ChannelStateChange':
      return { type, channel };
    case 'ChannelDestroyed': {
      const causeText = text(event['cause_txt']);
      const techCause = number(event['tech_cause']);
      return {
        type,
        channel,
        cause: number(event['cause']) ?? 0,
        ...(causeText === undefined ? {} : { causeText }),
        ...(techCause === undefined ? {} : { techCause }),
      };
    }
    case 'ChannelDtmfReceived': {
      const digit = text(event['digit']);
      return digit === undefined ? undefined : { type, channel, digit };
    }
    default:
      return undefined;
  }
}

/** Reads a channel; undefined when it is none. Empty texts count as absent. */
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
  };
}

/** Reads a bridge; undefined when it is none. */
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

/** Reads a list, leaving out what `read` does not understand. */
export function readList<T>(value: unknown, read: (item: unknown) => T | undefined): readonly T[] {
  if (!Array.isArray(value)) return [];
  return value.map(read).filter((item) => item !== undefined);
}

/** Reads the answer to a request for a variable; undefined when it is empty. */
export function readVariable(value: unknown): string | undefined {
  const found = text(fields(value)?.['value']);
  return found === '' ? undefined : found;
}

/** Reads how many RTP packets came from the other side; undefined when the answer does not say. */
export function readPacketsReceived(value: unknown): number | undefined {
  return number(fields(value)?.['rxcount']);
}

/** Reads when Asterisk began, from `/asterisk/info`; empty when it does not say. */
export function readStartupTime(value: unknown): string {
  return text(fields(fields(value)?.['status'])?.['startup_time']) ?? '';
}

/** Reads an object of any kind; undefined when it is none. */
export function fields(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null ? (value as Fields) : undefined;
}

/** Reads a text; undefined when it is none. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function filled<K extends string>(key: K, value: unknown): { readonly [P in K]?: string } {
  return typeof value === 'string' && value !== '' ? ({ [key]: value } as { [P in K]?: string }) : {};
}
