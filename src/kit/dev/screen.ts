import type { NotificationRecord } from '../../call/journal-store.ts';
import type { Clock } from '../../concurrency/clock.ts';
import { type Dress, phoneLine, row, rows } from '../../demo/timeline-rows.ts';
import { lint } from '../../rcml/lint/lint.ts';
import { decodeDocument } from '../../rcml/lint/lint-encoding.ts';
import type { HttpFailure, HttpReply } from '../../webhooks/http-request.ts';
import { charsetOf, mediaType } from '../../webhooks/reply-text.ts';
import { shortUrl } from '../transcript/transcript.ts';
import { parameterOf, type SeenRequest } from '../world/seen-request.ts';
import { documentLines } from './document-lines.ts';

/** Shown as the leg, or of no use to somebody who watches a call. */
const NOT_SHOWN = new Set([
  'CallSid',
  'AccountSid',
  'ApiVersion',
  'Caller',
  'Called',
  'CallTimestamp',
  'Timestamp',
]);

export interface ScreenParts {
  readonly out: (line: string) => void;
  readonly dress: Dress;
  readonly clock: Clock;
  /** `http://127.0.0.1:3000` */
  readonly server: string;
}

/** Shows a call as it goes, in the form of a timeline. */
export class Screen {
  readonly #parts: ScreenParts;
  readonly #letters = new Map<string, string>();
  #beganAt: number;

  constructor(parts: ScreenParts) {
    this.#parts = parts;
    this.#beganAt = parts.clock.steady();
  }

  /** A call begins: its timeline begins at 0, and its legs are named from A on. */
  begins(): void {
    const { out, dress, clock } = this.#parts;
    this.#beganAt = clock.steady();
    this.#letters.clear();
    out(dress.faint(row('ms', 'leg', 'what', '', 'values')));
  }

  /** Something that happens at a phone, or that somebody does. */
  phone(text: string): void {
    const { out, dress } = this.#parts;
    out(phoneLine(this.#elapsed, text, dress));
  }

  /** Something that was done to a request on its way. */
  trouble(trouble: string): void {
    const { out, dress } = this.#parts;
    out(dress.alarm(row(String(this.#elapsed), '', 'chaos', '', trouble)));
  }

  /** A question, or what the program has to say. */
  say(text: string): void {
    this.#parts.out(text);
  }

  request(request: SeenRequest): void {
    const { out, server } = this.#parts;
    const leg = this.#legOf(request);
    const values = request.parameters
      .filter(([name]) => !NOT_SHOWN.has(name))
      .map(([name, value]) => `${name}=${this.#shown(value)}`);
    const what = `${request.method} ${shortUrl(request.url, server)}`;
    out(row(String(this.#elapsed), leg, request.kind, '', what));
    for (const line of rows({ time: '', leg: '', what: '', signed: '' }, values)) out(line);
  }

  replied(request: SeenRequest, reply: HttpReply | HttpFailure): void {
    const { out, dress, server } = this.#parts;
    const isFine = reply.ok && reply.status >= 200 && reply.status < 300;
    if (request.kind === 'callback' && isFine) return;
    const type = reply.ok ? mediaType(String(reply.headers['content-type'] ?? '')) : '';
    const how = reply.ok ? `${reply.status} ${type}` : reply.message;
    const line = row(
      String(this.#elapsed),
      this.#legOf(request),
      'reply',
      '',
      `${how} (to ${shortUrl(request.url, server)})`,
    );
    out(isFine ? dress.faint(line) : dress.alarm(line));
    if (request.kind === 'callback' || !reply.ok || !isFine || type.startsWith('audio/')) return;
    const { text, findings } = decodeDocument(
      reply.body,
      charsetOf(String(reply.headers['content-type'] ?? '')),
    );
    const found = [...findings, ...lint({ text, contentType: type, url: reply.url })];
    for (const each of documentLines(text, found, dress)) out(each);
  }

  /** What went wrong while the call ran; mistakes in documents are shown in them. */
  notification({ level, message }: NotificationRecord): void {
    if (/^Line \d+, column \d+: /.test(message)) return;
    const { out, dress } = this.#parts;
    out(dress.alarm(`        ${level}: ${message}`));
  }

  get #elapsed(): number {
    return this.#parts.clock.steady() - this.#beganAt;
  }

  /** `A CA3f9a` */
  #legOf(request: SeenRequest): string {
    return this.#leg(parameterOf(request, 'CallSid') ?? '');
  }

  #leg(callSid: string): string {
    if (callSid === '') return '';
    const letter = this.#letters.get(callSid) ?? String.fromCharCode(65 + (this.#letters.size % 26));
    this.#letters.set(callSid, letter);
    return `${letter} ${callSid.slice(0, 6)}`;
  }

  #shown(value: string): string {
    return /^CA[0-9a-f]{32}$/.test(value) ? this.#leg(value).replace(' ', ':') : value;
  }
}
