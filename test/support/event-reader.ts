import assert from 'node:assert/strict';
import { get, type IncomingMessage } from 'node:http';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { waitUntil } from './wait-until.ts';

export interface ReadEvent {
  readonly id: string | undefined;
  readonly name: string | undefined;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface EventReaderOptions {
  readonly url: string;
  readonly authorization: string;
  readonly lastEventId?: string | undefined;
}

/** Reads a stream of events as a server would, over a connection of its own. */
export class EventReader {
  readonly events: ReadEvent[] = [];
  readonly comments: string[] = [];
  readonly response: IncomingMessage;
  retryMs: number | undefined;
  /** Whether the stream has ended, or broken. */
  isOver = false;

  private constructor(response: IncomingMessage) {
    this.response = response;
    const parser = createParser({
      onEvent: (event: EventSourceMessage) => void this.events.push(readEvent(event)),
      onComment: (comment) => void this.comments.push(comment),
      onRetry: (ms) => {
        this.retryMs = ms;
      },
    });
    response.setEncoding('utf8');
    response.on('data', (text: string) => parser.feed(text));
    response.on('close', () => {
      this.isOver = true;
    });
    response.on('error', () => undefined);
  }

  /** Resolves when the server has accepted. */
  static async open(options: EventReaderOptions): Promise<EventReader> {
    const response = await answerTo(options);
    assert.equal(response.statusCode, 200);
    return new EventReader(response);
  }

  /** What the server answers, whatever it is; its body is not read. */
  static answer(options: EventReaderOptions): Promise<IncomingMessage> {
    return answerTo(options);
  }

  get lastId(): string | undefined {
    return this.events.findLast(({ id }) => id !== undefined)?.id;
  }

  named(...names: readonly string[]): readonly ReadEvent[] {
    return this.events.filter(({ name }) => name !== undefined && names.includes(name));
  }

  /** Resolves with the first event of this name for which `holds`. */
  async waitFor(name: string, holds: (data: ReadEvent['data']) => boolean = () => true): Promise<ReadEvent> {
    const find = () => this.events.find((event) => event.name === name && holds(event.data));
    await waitUntil(`the event ${name}`, () => find() !== undefined);
    return find() ?? assert.fail();
  }

  /** Breaks the connection, as a network does: nobody is told. */
  break(): void {
    this.response.destroy();
  }
}

function answerTo({ url, authorization, lastEventId }: EventReaderOptions): Promise<IncomingMessage> {
  const headers = {
    Authorization: authorization,
    ...(lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId }),
  };
  return new Promise((resolve, reject) => {
    get(url, { headers, agent: false }, resolve).on('error', reject);
  });
}

function readEvent({ id, event, data }: EventSourceMessage): ReadEvent {
  return { id, name: event, data: JSON.parse(data) as ReadEvent['data'] };
}
