import type { EndCause } from '../../call/leg/outcome.ts';
import type { ReportedInput } from '../../call/leg/leg.ts';
import type { AriChannel, AriEvent } from './ari-types.ts';

/** How a channel ended, with its SIP Call-ID. */
export type ChannelEnd = EndCause & { readonly sipCallId?: string };

/** What an ARI event says, in the words of this folder. */
export type Report =
  | { readonly type: 'arrived'; readonly channel: AriChannel; readonly args: readonly string[] }
  | {
      readonly type: 'ringing';
      readonly channelId: string;
      /** A 183: there may be something to hear. */
      readonly progress?: true;
    }
  | { readonly type: 'up'; readonly channelId: string; readonly sipCallId?: string }
  | /** Out of our application, so about to end. */ { readonly type: 'left'; readonly channelId: string }
  | { readonly type: 'ended'; readonly channelId: string; readonly end: ChannelEnd }
  | { readonly type: 'digit'; readonly channelId: string; readonly digit: string }
  | { readonly type: 'playback-started'; readonly playbackId: string }
  | { readonly type: 'playback-ended'; readonly playbackId: string; readonly failed: boolean }
  | { readonly type: 'recording-started'; readonly name: string }
  | {
      readonly type: 'recording-ended';
      readonly name: string;
      /** Why there is none. */
      readonly failure?: string;
    }
  | { readonly type: 'entered-bridge'; readonly bridgeId: string; readonly channelId: string }
  | { readonly type: 'left-bridge'; readonly bridgeId: string; readonly channelId: string };

/**
 * What an event means; undefined when it means nothing to us. ChannelHangupRequest is left out on purpose: its
 * `cause` is a bit mask of Asterisk's when `soft` is set, and ChannelDestroyed always follows.
 */
export function reportOf(event: AriEvent): Report | undefined {
  switch (event.type) {
    case 'StasisStart':
      return { type: 'arrived', channel: event.channel, args: event.args };
    case 'ChannelStateChange':
      return stateReport(event.channel);
    case 'Dial':
      return dialReport(event.peer, event.dialStatus);
    case 'StasisEnd':
      return { type: 'left', channelId: event.channel.id };
    case 'ChannelDestroyed':
      return { type: 'ended', channelId: event.channel.id, end: endOf(event) };
    case 'ChannelDtmfReceived':
      return { type: 'digit', channelId: event.channel.id, digit: event.digit };
    case 'PlaybackStarted':
      return { type: 'playback-started', playbackId: event.playbackId };
    case 'PlaybackFinished':
      return { type: 'playback-ended', playbackId: event.playbackId, failed: event.state === 'failed' };
    case 'RecordingStarted':
      return { type: 'recording-started', name: event.name };
    case 'RecordingFinished':
      return { type: 'recording-ended', name: event.name };
    case 'RecordingFailed':
      return { type: 'recording-ended', name: event.name, failure: event.cause ?? 'no cause was given' };
    case 'ChannelEnteredBridge':
      return { type: 'entered-bridge', bridgeId: event.bridgeId, channelId: event.channelId };
    case 'ChannelLeftBridge':
      return { type: 'left-bridge', bridgeId: event.bridgeId, channelId: event.channelId };
  }
}

/** The leg input that a channel's report is; undefined for reports that change no leg. */
export function inputOf(report: Report): ReportedInput | undefined {
  switch (report.type) {
    case 'ringing':
      return { type: 'ring' };
    case 'up':
      return { type: 'answer', ...(report.sipCallId === undefined ? {} : { sipCallId: report.sipCallId }) };
    case 'ended':
      return { type: 'end', ...report.end };
    default:
      return undefined;
  }
}

/** What a channel's state alone says, as an event or in a list of channels. */
export function stateReport(channel: AriChannel): Report | undefined {
  switch (channel.state) {
    case 'Ringing':
      return { type: 'ringing', channelId: channel.id };
    case 'Up':
      return upReport(channel);
    default:
      return undefined;
  }
}

function dialReport(peer: AriChannel, status: string): Report | undefined {
  switch (status) {
    case 'RINGING':
      return { type: 'ringing', channelId: peer.id };
    case 'PROGRESS':
      return { type: 'ringing', channelId: peer.id, progress: true };
    case 'ANSWER':
      return upReport(peer);
    default:
      return undefined;
  }
}

function upReport(channel: AriChannel): Report {
  const { id: channelId, protocolId } = channel;
  return { type: 'up', channelId, ...(protocolId === undefined ? {} : { sipCallId: protocolId }) };
}

function endOf(event: Extract<AriEvent, { type: 'ChannelDestroyed' }>): ChannelEnd {
  const { cause, causeText, techCause, channel } = event;
  return {
    ...(techCause === undefined || techCause < 300 ? {} : { sipStatus: techCause }),
    ...(cause === 0 ? {} : { q850: cause }),
    ...(causeText === undefined ? {} : { why: causeText }),
    ...(channel.protocolId === undefined ? {} : { sipCallId: channel.protocolId }),
  };
}
