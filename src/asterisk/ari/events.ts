import type { Talk } from '../../call/answering-machine/answer-detector.ts';
import { compact } from '../../call/compact.ts';
import type { LegEnd } from '../../call/leg/outcome.ts';
import { type AriChannel, type Fields, fields, number, readChannel, text } from './ari-objects.ts';

/** An event of Asterisk. The ones that change a leg are named like the leg's inputs: `ring`, `answer`, `end`. */
export type AriEvent =
  | { readonly type: 'arrived'; readonly channel: AriChannel; readonly args: readonly string[] }
  | ChannelEvent
  | { readonly type: 'playback-started'; readonly playbackId: string }
  | { readonly type: 'playback-ended'; readonly playbackId: string; readonly failed: boolean }
  | { readonly type: 'recording-started'; readonly name: string }
  | {
      readonly type: 'recording-ended';
      readonly name: string;
      /** Why there is no recording. */
      readonly failure?: string;
    }
  | { readonly type: 'entered-bridge'; readonly bridgeId: string; readonly channelId: string }
  | { readonly type: 'left-bridge'; readonly bridgeId: string; readonly channelId: string };

/** Something that happened to one channel after it arrived. */
export type ChannelEvent =
  | {
      readonly type: 'ring';
      readonly channelId: string;
      /** It was a 183: there may be something to hear. */
      readonly progress?: true;
    }
  | { readonly type: 'answer'; readonly channelId: string; readonly sipCallId?: string }
  | /** The channel left our application, so it is about to end. */ {
      readonly type: 'left';
      readonly channelId: string;
    }
  | { readonly type: 'end'; readonly channelId: string; readonly end: LegEnd }
  | { readonly type: 'digit'; readonly channelId: string; readonly digit: string }
  | /** Its other side began to make a sound, or is silent again. */ {
      readonly type: 'talk';
      readonly channelId: string;
      readonly talk: Talk;
    };

/** The types of event that `readEvent` reads; Asterisk need not send any other. */
export const EVENT_TYPES: readonly string[] = [
  'StasisStart',
  'StasisEnd',
  'ChannelStateChange',
  'ChannelDestroyed',
  'ChannelDtmfReceived',
  'ChannelTalkingStarted',
  'ChannelTalkingFinished',
  'Dial',
  'PlaybackStarted',
  'PlaybackFinished',
  'RecordingStarted',
  'RecordingFinished',
  'RecordingFailed',
  'ChannelEnteredBridge',
  'ChannelLeftBridge',
];

/**
 * Reads an event; undefined when it means nothing to us or cannot be understood. ChannelHangupRequest is left
 * out on purpose: its `cause` is a bit mask of Asterisk's when `soft` is set, and ChannelDestroyed always follows.
 */
export function readEvent(value: unknown): AriEvent | undefined {
  const event = fields(value);
  switch (event?.['type']) {
    case 'PlaybackStarted':
    case 'PlaybackFinished':
      return readPlaybackEvent(event);
    case 'RecordingStarted':
    case 'RecordingFinished':
    case 'RecordingFailed':
      return readRecordingEvent(event);
    case 'ChannelEnteredBridge':
    case 'ChannelLeftBridge':
      return readBridgeEvent(event);
    case 'Dial':
      return readDialEvent(event);
    default:
      return event === undefined ? undefined : readChannelEvent(event);
  }
}

function readChannelEvent(event: Fields): AriEvent | undefined {
  const channel = readChannel(event['channel']);
  if (channel === undefined) return undefined;
  const { id: channelId } = channel;
  switch (event['type']) {
    case 'StasisStart': {
      const args = event['args'];
      return { type: 'arrived', channel, args: Array.isArray(args) ? args.map(String) : [] };
    }
    case 'StasisEnd':
      return { type: 'left', channelId };
    case 'ChannelStateChange':
      return stateEvent(channel);
    case 'ChannelDestroyed':
      return { type: 'end', channelId, end: endOf(event, channel) };
    case 'ChannelDtmfReceived': {
      const digit = text(event['digit']);
      return digit === undefined ? undefined : { type: 'digit', channelId, digit };
    }
    case 'ChannelTalkingStarted':
      return { type: 'talk', channelId, talk: { type: 'begins' } };
    case 'ChannelTalkingFinished':
      return {
        type: 'talk',
        channelId,
        talk: { type: 'ends', durationMs: number(event['duration']) ?? 0 },
      };
    default:
      return undefined;
  }
}

/** What a channel's state alone says, whether it comes in an event or in a list of channels. */
export function stateEvent(channel: AriChannel): ChannelEvent | undefined {
  switch (channel.state) {
    case 'Ringing':
      return { type: 'ring', channelId: channel.id };
    case 'Up':
      return answerOf(channel);
    default:
      return undefined;
  }
}

function answerOf({ id: channelId, protocolId: sipCallId }: AriChannel): ChannelEvent {
  return compact({ type: 'answer', channelId, sipCallId });
}

function endOf(event: Fields, { protocolId: sipCallId }: AriChannel): LegEnd {
  const sipStatus = number(event['tech_cause']) ?? 0;
  return compact({
    sipStatus: sipStatus < 300 ? undefined : sipStatus,
    q850: number(event['cause']) || undefined,
    why: text(event['cause_txt']),
    sipCallId,
  });
}

function readDialEvent(event: Fields): AriEvent | undefined {
  const peer = readChannel(event['peer']);
  if (peer === undefined) return undefined;
  switch (event['dialstatus']) {
    case 'RINGING':
      return { type: 'ring', channelId: peer.id };
    case 'PROGRESS':
      return { type: 'ring', channelId: peer.id, progress: true };
    case 'ANSWER':
      return answerOf(peer);
    default:
      return undefined;
  }
}

function readPlaybackEvent(event: Fields): AriEvent | undefined {
  const playback = fields(event['playback']);
  const playbackId = text(playback?.['id']);
  if (playbackId === undefined) return undefined;
  return event['type'] === 'PlaybackStarted'
    ? { type: 'playback-started', playbackId }
    : { type: 'playback-ended', playbackId, failed: playback?.['state'] === 'failed' };
}

function readRecordingEvent(event: Fields): AriEvent | undefined {
  const recording = fields(event['recording']);
  const name = text(recording?.['name']);
  if (name === undefined) return undefined;
  if (event['type'] === 'RecordingStarted') return { type: 'recording-started', name };
  if (event['type'] === 'RecordingFinished') return { type: 'recording-ended', name };
  return { type: 'recording-ended', name, failure: text(recording?.['cause']) || 'no cause was given' };
}

function readBridgeEvent(event: Fields): AriEvent | undefined {
  const bridgeId = text(fields(event['bridge'])?.['id']);
  const channelId = text(fields(event['channel'])?.['id']);
  if (bridgeId === undefined || channelId === undefined) return undefined;
  const type = event['type'] === 'ChannelEnteredBridge' ? 'entered-bridge' : 'left-bridge';
  return { type, bridgeId, channelId };
}
