import assert from 'node:assert/strict';
import { readEvent } from '../../../src/asterisk/ari/events.ts';

/** What Asterisk 22.10.1 sends of a channel. */
function channel(state: string) {
  return {
    id: 'c1',
    name: 'PJSIP/alice-00000000',
    state,
    protocol_id: 'call-id',
    caller: { name: '', number: 'alice' },
    connected: { name: '', number: '' },
    accountcode: '',
    dialplan: { context: 'legwork-in', exten: '4711', priority: 2, app_name: 'Stasis', app_data: 'legwork' },
    creationtime: '2026-01-01T00:00:00.000+0000',
    language: 'en',
  };
}

function read(event: object) {
  return readEvent({ timestamp: '2026-01-01T00:00:00.000+0000', application: 'legwork', ...event });
}

describe('An ARI event', () => {
  for (const [what, event, means] of [
    [
      'StasisStart: a channel arrived',
      { type: 'StasisStart', args: ['in'], channel: { ...channel('Ring'), caller_rdnis: '+4930' } },
      {
        type: 'arrived',
        args: ['in'],
        channel: {
          id: 'c1',
          name: 'PJSIP/alice-00000000',
          state: 'Ring',
          protocolId: 'call-id',
          callerNumber: 'alice',
          forwardedFrom: '+4930',
          exten: '4711',
          appName: 'Stasis',
          appData: 'legwork',
        },
      },
    ],
    [
      'ChannelStateChange to Ringing',
      { type: 'ChannelStateChange', channel: channel('Ringing') },
      { type: 'ring', channelId: 'c1' },
    ],
    [
      'ChannelStateChange to Up',
      { type: 'ChannelStateChange', channel: channel('Up') },
      { type: 'answer', channelId: 'c1', sipCallId: 'call-id' },
    ],
    [
      'ChannelStateChange to anything else',
      { type: 'ChannelStateChange', channel: channel('Ring') },
      undefined,
    ],
    [
      'Dial RINGING',
      { type: 'Dial', dialstatus: 'RINGING', peer: channel('Down') },
      { type: 'ring', channelId: 'c1' },
    ],
    [
      'Dial PROGRESS (183)',
      { type: 'Dial', dialstatus: 'PROGRESS', peer: channel('Down') },
      { type: 'ring', channelId: 'c1', progress: true },
    ],
    [
      'Dial ANSWER',
      { type: 'Dial', dialstatus: 'ANSWER', peer: channel('Up') },
      { type: 'answer', channelId: 'c1', sipCallId: 'call-id' },
    ],
    ['Dial that begins', { type: 'Dial', dialstatus: '', peer: channel('Down') }, undefined],
    ['Dial that fails', { type: 'Dial', dialstatus: 'BUSY', peer: channel('Down') }, undefined],
    ['StasisEnd', { type: 'StasisEnd', channel: channel('Up') }, { type: 'left', channelId: 'c1' }],
    [
      'ChannelDestroyed with a SIP status',
      {
        type: 'ChannelDestroyed',
        cause: 17,
        cause_txt: 'User busy',
        tech_cause: 486,
        channel: channel('Down'),
      },
      {
        type: 'end',
        channelId: 'c1',
        end: { sipStatus: 486, q850: 17, why: 'User busy', sipCallId: 'call-id' },
      },
    ],
    [
      'ChannelDestroyed after a normal call',
      { type: 'ChannelDestroyed', cause: 16, cause_txt: 'Normal Clearing', channel: channel('Up') },
      { type: 'end', channelId: 'c1', end: { q850: 16, why: 'Normal Clearing', sipCallId: 'call-id' } },
    ],
    [
      'ChannelDestroyed without any cause',
      { type: 'ChannelDestroyed', cause: 0, channel: { id: 'c1', protocol_id: '' } },
      { type: 'end', channelId: 'c1', end: {} },
    ],
    [
      'a digit',
      { type: 'ChannelDtmfReceived', digit: '#', duration_ms: 100, channel: channel('Up') },
      { type: 'digit', channelId: 'c1', digit: '#' },
    ],
    [
      'PlaybackStarted',
      { type: 'PlaybackStarted', playback: { id: 'p1', state: 'playing' } },
      { type: 'playback-started', playbackId: 'p1' },
    ],
    [
      'PlaybackFinished',
      { type: 'PlaybackFinished', playback: { id: 'p1', state: 'done' } },
      { type: 'playback-ended', playbackId: 'p1', failed: false },
    ],
    [
      'PlaybackFinished that failed',
      { type: 'PlaybackFinished', playback: { id: 'p1', state: 'failed' } },
      { type: 'playback-ended', playbackId: 'p1', failed: true },
    ],
    [
      'RecordingStarted',
      { type: 'RecordingStarted', recording: { name: 'RE1', state: 'recording' } },
      { type: 'recording-started', name: 'RE1' },
    ],
    [
      'RecordingFinished',
      { type: 'RecordingFinished', recording: { name: 'RE1', state: 'done', duration: 3 } },
      { type: 'recording-ended', name: 'RE1' },
    ],
    [
      'RecordingFailed',
      { type: 'RecordingFailed', recording: { name: 'RE1', state: 'failed', cause: 'no space' } },
      { type: 'recording-ended', name: 'RE1', failure: 'no space' },
    ],
    [
      'ChannelEnteredBridge',
      { type: 'ChannelEnteredBridge', bridge: { id: 'b1' }, channel: channel('Up') },
      { type: 'entered-bridge', bridgeId: 'b1', channelId: 'c1' },
    ],
    [
      'ChannelLeftBridge',
      { type: 'ChannelLeftBridge', bridge: { id: 'b1' }, channel: channel('Up') },
      { type: 'left-bridge', bridgeId: 'b1', channelId: 'c1' },
    ],
    [
      'ChannelHangupRequest, whose cause is a bit mask',
      { type: 'ChannelHangupRequest', soft: true, cause: 32, channel: channel('Up') },
      undefined,
    ],
    ['an event from the future', { type: 'ChannelTeleported', channel: channel('Up') }, undefined],
  ] as const) {
    it(`is understood: ${what}`, () => assert.deepEqual(read(event), means));
  }

  for (const broken of [
    undefined,
    null,
    'StasisStart',
    [],
    {},
    { type: 7 },
    { type: 'StasisStart' },
    { type: 'StasisStart', channel: {} },
    { type: 'ChannelDtmfReceived', channel: channel('Up') },
    { type: 'Dial', dialstatus: 'RINGING' },
    { type: 'PlaybackFinished', playback: {} },
    { type: 'ChannelEnteredBridge', bridge: { id: 'b1' } },
  ]) {
    it(`that is broken is no event: ${JSON.stringify(broken)}`, () =>
      assert.equal(readEvent(broken), undefined));
  }
});
