import type { Talk } from '../../src/call/answering-machine/answer-detector.ts';
import type { Clock } from '../../src/concurrency/clock.ts';
import type {
  Bridge,
  CallControl,
  LegListener,
  DialTarget,
  HangUpReason,
  PlaceOrder,
  EchoOutcome,
  PlayOutcome,
  RecordOrder,
  RecordOutcome,
  RoomControl,
  TalkRecordOrder,
  TalkRecordOutcome,
} from '../../src/call/call-control.ts';
import type { ReportedInput } from '../../src/call/leg/leg.ts';
import { SIP_STATUS } from '../../src/kit/simulated-switch/sip-status.ts';

/** One thing that the core asked for, in order: the method's name, the CallSid, and what else matters. */
export type Command = readonly [name: string, ...details: readonly unknown[]];

/** What a phone does with an INVITE: inputs with the milliseconds that pass before each. */
export type PhoneScript = readonly (readonly [afterMs: number, input: ReportedInput])[];

export const ANSWERS: PhoneScript = [
  [100, { type: 'ring' }],
  [2000, { type: 'answer', sipCallId: 'sip-call-id' }],
];
export const RINGS: PhoneScript = [[100, { type: 'ring' }]];
export const IS_BUSY: PhoneScript = [
  [100, { type: 'ring' }],
  [1000, { type: 'end', sipStatus: 486 }],
];
export const IS_NOT_REGISTERED: PhoneScript = [[0, { type: 'end', q850: 20, why: 'not registered' }]];

/**
 * Stands for Asterisk: notes every command, answers and hangs up as asked, lets every sound last one second,
 * and plays the callees by their scripts.
 */
export class FakeCallControl implements CallControl {
  readonly commands: Command[] = [];
  /** Asterisk does not make an echo. */
  echoFails = false;
  /** By client login, SIP URI or number; a callee without a script does not answer the INVITE at all. */
  readonly phones = new Map<string, PhoneScript>();
  /** Milliseconds that one playing of a sound takes. */
  soundMs = 1000;
  readonly rooms: RoomControl = this;
  /** How every playback goes that is not stopped. */
  playOutcome: PlayOutcome = 'finished';
  /** Milliseconds after which a recording ends by itself, and how; its own limits are Asterisk's business. */
  recordingMs = 4000;
  recordOutcome: RecordOutcome = 'silence';
  /** Whether recordings that a former process began are in Asterisk. */
  hasRecordings = true;
  /** When false, Asterisk neither pauses nor resumes a recording. */
  pauses = true;
  readonly #talks = new Set<string>();
  /** What is heard of a leg that is listened to, with the milliseconds since that began. */
  talk: readonly (readonly [atMs: number, talk: Talk])[] = [];
  /** When false, nobody can tell who speaks. */
  detects = true;
  readonly #speakers = new Map<string, (isTalking: boolean) => void>();
  /** When false, `answer` has no effect, as with a lost channel. */
  answers = true;
  readonly #clock: Clock;
  readonly #listener: Pick<LegListener, 'input'>;
  readonly #timers = new Map<string, (() => void)[]>();
  readonly #answered = new Set<string>();
  /** Aborted when the leg ends as far as Asterisk knows. */
  readonly #ends = new Map<string, AbortController>();
  #bridges = 0;

  constructor(clock: Clock, listener: Pick<LegListener, 'input'>) {
    this.#clock = clock;
    this.#listener = listener;
  }

  /** The commands of one name, in order. */
  commandsNamed(name: string): readonly Command[] {
    return this.commands.filter(([command]) => command === name);
  }

  accept(channelId: string, callSid: string): void {
    this.commands.push(['accept', callSid, channelId]);
  }

  refuse(channelId: string, reason: HangUpReason): Promise<void> {
    this.commands.push(['refuse', channelId, reason]);
    return Promise.resolve();
  }

  startRinging(callSid: string, country?: string): Promise<void> {
    this.commands.push(
      country === undefined ? ['startRinging', callSid] : ['startRinging', callSid, country],
    );
    return Promise.resolve();
  }

  stopRinging(callSid: string): Promise<void> {
    this.commands.push(['stopRinging', callSid]);
    return Promise.resolve();
  }

  answer(callSid: string): Promise<void> {
    this.commands.push(['answer', callSid]);
    if (this.answers && !this.#hasEnded(callSid)) this.#tell(callSid, { type: 'answer' });
    return Promise.resolve();
  }

  place(order: PlaceOrder): void {
    this.commands.push(['place', order.callSid, order]);
    // A leg may be placed again after its end.
    this.#ends.delete(order.callSid);
    const script = this.phones.get(phoneOf(order.target)) ?? [];
    let afterMs = 0;
    const timers = script.map(([ms, input]) => {
      afterMs += ms;
      return this.#clock.after(afterMs, () => this.#tell(order.callSid, input));
    });
    this.#timers.set(order.callSid, timers);
  }

  hangUp(callSid: string, reason: HangUpReason): Promise<void> {
    this.commands.push(['hangUp', callSid, reason]);
    if (this.#hasEnded(callSid)) return Promise.resolve();
    for (const cancel of this.#timers.get(callSid) ?? []) cancel();
    const isPlaced = this.#timers.has(callSid);
    // A callee that is canceled says nothing of its own.
    const ended = this.#answered.has(callSid) || isPlaced ? {} : { sipStatus: SIP_STATUS[reason] };
    this.#tell(callSid, { type: 'end', ...ended });
    return Promise.resolve();
  }

  /** Whoever is at the other end of the leg hangs up. */
  otherSideHangsUp(callSid: string): void {
    this.#tell(callSid, { type: 'end' });
  }

  connect(first: string, second: string): Promise<Bridge | undefined> {
    this.commands.push(['connect', first, second]);
    if (this.#hasEnded(first) || this.#hasEnded(second)) return Promise.resolve(undefined);
    this.#bridges += 1;
    const id = `bridge-${this.#bridges}`;
    return Promise.resolve({
      id,
      disconnect: () => {
        this.commands.push(['disconnect', id]);
        return Promise.resolve();
      },
    });
  }

  async play(callSid: string, mediaUrl: string, signal: AbortSignal): Promise<PlayOutcome> {
    this.commands.push(['play', callSid, mediaUrl]);
    if (this.playOutcome !== 'finished') return this.playOutcome;
    return (await this.#passes(callSid, this.soundMs, signal)) ?? 'finished';
  }

  async record(callSid: string, order: RecordOrder, signal: AbortSignal): Promise<RecordOutcome> {
    this.commands.push(['record', callSid, order]);
    if (order.resumes === true && !this.hasRecordings) return 'missing';
    return (await this.#passes(callSid, this.recordingMs, signal)) ?? this.recordOutcome;
  }

  async recordTalk(callSid: string, order: TalkRecordOrder, signal: AbortSignal): Promise<TalkRecordOutcome> {
    const { onBegun, ...told } = order;
    this.commands.push(['recordTalk', callSid, told]);
    if (this.recordOutcome === 'failed') return 'failed';
    const ended = order.roomSid === undefined ? this.#endOf(callSid) : signal;
    if (!ended.aborted) this.#talks.add(order.recordingSid);
    onBegun?.();
    await aborted(AbortSignal.any([signal, ended]));
    this.#talks.delete(order.recordingSid);
    this.commands.push(['recordTalk ended', callSid]);
    return signal.aborted ? 'stopped' : 'gone';
  }

  pauseRecording(callSid: string, recordingSid: string): Promise<boolean> {
    this.commands.push(['pauseRecording', callSid]);
    return Promise.resolve(this.pauses && this.#talks.has(recordingSid));
  }

  resumeRecording(callSid: string, recordingSid: string): Promise<boolean> {
    this.commands.push(['resumeRecording', callSid]);
    return Promise.resolve(this.pauses && this.#talks.has(recordingSid));
  }

  detectTalking(
    callSid: string,
    onChange: (isTalking: boolean) => void,
    signal: AbortSignal,
  ): Promise<boolean> {
    this.commands.push(['detectTalking', callSid]);
    this.#speakers.set(callSid, onChange);
    signal.addEventListener('abort', () => {
      if (this.#speakers.get(callSid) === onChange) this.#speakers.delete(callSid);
    });
    return Promise.resolve(this.detects && !this.#hasEnded(callSid));
  }

  /** The other side of a leg makes a sound for so long. */
  async says(callSid: string, ms: number): Promise<void> {
    this.#speakers.get(callSid)?.(true);
    await this.#clock.sleep(ms);
    this.#speakers.get(callSid)?.(false);
  }

  /** Whether somebody wants to know when the other side of a leg speaks. */
  hears(callSid: string): boolean {
    return this.#speakers.has(callSid);
  }

  sendDigits(callSid: string, digits: string, signal: AbortSignal): Promise<void> {
    this.commands.push(['sendDigits', callSid, digits]);
    return this.#clock.sleep(100 * digits.length, AbortSignal.any([signal, this.#endOf(callSid)]));
  }

  async listenForTalk(
    callSid: string,
    endsAfterMs: number,
    heard: (talk: Talk) => void,
    signal: AbortSignal,
  ): Promise<void> {
    this.commands.push(['listenForTalk', callSid, endsAfterMs]);
    const stop = AbortSignal.any([signal, this.#endOf(callSid)]);
    const timers = this.talk.map(([atMs, talk]) => this.#clock.after(atMs, () => heard(talk)));
    await aborted(stop);
    for (const cancel of timers) cancel();
    this.commands.push(['listenForTalk ended', callSid]);
  }

  async echo(callSid: string, signal: AbortSignal): Promise<EchoOutcome> {
    this.commands.push(['echo', callSid]);
    if (this.echoFails) return 'failed';
    await aborted(AbortSignal.any([signal, this.#endOf(callSid)]));
    this.commands.push(['echo ended', callSid]);
    return this.#hasEnded(callSid) ? 'gone' : 'stopped';
  }

  #tell(callSid: string, input: ReportedInput): void {
    if (input.type === 'answer') this.#answered.add(callSid);
    void this.#listener.input(callSid, input);
    if (input.type === 'end') this.#endOf(callSid, true);
  }

  /** Waits; says what came between when something did. */
  async #passes(callSid: string, ms: number, signal: AbortSignal): Promise<'stopped' | 'gone' | undefined> {
    const ended = this.#endOf(callSid);
    await this.#clock.sleep(ms, AbortSignal.any([signal, ended]));
    if (signal.aborted) return 'stopped';
    return ended.aborted ? 'gone' : undefined;
  }

  #hasEnded(callSid: string): boolean {
    return this.#endOf(callSid).aborted;
  }

  #endOf(callSid: string, isNow = false): AbortSignal {
    const end = this.#ends.get(callSid) ?? new AbortController();
    this.#ends.set(callSid, end);
    if (isNow) end.abort();
    return end.signal;
  }

  mute(callSid: string, muted: boolean): Promise<void> {
    this.commands.push(['mute', callSid, muted]);
    return Promise.resolve();
  }

  enterRoom(roomSid: string, callSid: string): Promise<boolean> {
    this.commands.push(['enterRoom', callSid, roomSid]);
    return Promise.resolve(!this.#hasEnded(callSid));
  }

  coach(roomSid: string, callSid: string, coached: string): Promise<boolean> {
    this.commands.push(['coach', callSid, coached, roomSid]);
    return Promise.resolve(!this.#hasEnded(callSid) && !this.#hasEnded(coached));
  }

  leaveRoom(roomSid: string, callSid: string): Promise<void> {
    this.commands.push(['leaveRoom', callSid, roomSid]);
    return Promise.resolve();
  }

  closeRoom(roomSid: string): Promise<void> {
    this.commands.push(['closeRoom', roomSid]);
    return Promise.resolve();
  }

  beepInRoom(roomSid: string): Promise<void> {
    this.commands.push(['beepInRoom', roomSid]);
    return Promise.resolve();
  }

  startMusic(callSid: string): Promise<void> {
    this.commands.push(['startMusic', callSid]);
    return Promise.resolve();
  }

  stopMusic(callSid: string): Promise<void> {
    this.commands.push(['stopMusic', callSid]);
    return Promise.resolve();
  }

  setTimeLimit(callSid: string, seconds: number): Promise<void> {
    this.commands.push(['setTimeLimit', callSid, seconds]);
    return Promise.resolve();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function phoneOf(target: DialTarget): string {
  switch (target.kind) {
    case 'client':
      return target.login;
    case 'sip':
      return target.uri;
    case 'trunk':
      return target.number;
  }
}
