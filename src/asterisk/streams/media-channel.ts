import { WebSocket } from 'ws';
import { isGoing } from '../ari/ari-error.ts';
import { fields, text } from '../ari/ari-objects.ts';
import { attempt, type ChannelOwner, type LegContext } from '../legs/leg-context.ts';

/** Everything that Asterisk does of itself comes within milliseconds. */
const START_DEADLINE_MS = 5_000;
const CLOSE_NORMAL = 1000;

/** Told of what comes out of a media channel. */
export interface MediaListener {
  audio(bytes: Uint8Array): void;
  /** All that was sent before this mark was played. */
  played(mark: string): void;
  /** The channel is gone, although nobody here has closed it. */
  lost(): void;
}

export interface MediaOrder {
  /** Of the channel that is made. */
  readonly channelId: string;
  readonly callSid: string;
}

/**
 * A channel of Asterisk's that is a WebSocket on the other side (chan_websocket, server mode): µ-law in binary messages,
 * both ways, and commands and events in JSON. It is in our application and in no bridge yet.
 * Source: channels/chan_websocket.c of Asterisk 22.10.
 */
export class MediaChannel implements ChannelOwner {
  readonly channelId: string;
  readonly #context: LegContext;
  readonly #callSid: string;
  readonly #listener: MediaListener;
  readonly #arrived = signalled();
  readonly #begun = signalled();
  #socket: WebSocket | undefined;
  #isClosed = false;

  private constructor(context: LegContext, { channelId, callSid }: MediaOrder, listener: MediaListener) {
    this.#context = context;
    this.channelId = channelId;
    this.#callSid = callSid;
    this.#listener = listener;
  }

  /** Makes one; undefined, after a line in the log, when Asterisk does not. Never rejects. */
  static async open(
    context: LegContext,
    order: MediaOrder,
    listener: MediaListener,
  ): Promise<MediaChannel | undefined> {
    const channel = new MediaChannel(context, order, listener);
    context.owners.set(order.channelId, channel);
    if (await channel.#open()) return channel;
    await channel.close();
    return undefined;
  }

  onEvent({ type }: Parameters<ChannelOwner['onEvent']>[0]): void {
    if (type === 'arrived') this.#arrived.settle(true);
    if (type === 'end' || type === 'left') this.#over();
  }

  /** Whole frames. */
  play(frames: Uint8Array): void {
    this.#socket?.send(frames);
  }

  mark(mark: string): void {
    this.#command({ command: 'MARK_MEDIA', correlation_id: mark });
  }

  flush(): void {
    this.#command({ command: 'FLUSH_MEDIA' });
  }

  /** Hangs it up. Never rejects. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#socket?.close(CLOSE_NORMAL);
    const { ari, owners } = this.#context;
    const { channelId } = this;
    await attempt(this.#context, this.#callSid, ari.run('channels', 'hangup', { channelId }));
    owners.delete(channelId);
  }

  async #open(): Promise<boolean> {
    const url = await this.#create();
    if (url === undefined) return false;
    this.#connect(url);
    // A frame that is written to a channel without its socket is a warning in Asterisk's log, 50 a second.
    const ready = Promise.all([this.#begun.settled, this.#arrived.settled]);
    const stopTimer = this.#context.clock.after(START_DEADLINE_MS, () => this.#over());
    const isReady = (await ready).every(Boolean);
    stopTimer();
    return isReady;
  }

  /** Where its socket waits for us; the id in it is its only secret. */
  async #create(): Promise<string | undefined> {
    const { ari, longestCallS, log } = this.#context;
    try {
      const answer = await ari.run('channels', 'externalMedia', {
        channelId: this.channelId,
        app: ari.app,
        external_host: 'INCOMING',
        transport: 'websocket',
        encapsulation: 'none',
        connection_type: 'server',
        format: 'ulaw',
        transport_data: 'f(json)',
        variables: { 'TIMEOUT(absolute)': String(longestCallS) },
      });
      const id = text(fields(fields(answer)?.['channelvars'])?.['MEDIA_WEBSOCKET_CONNECTION_ID']);
      if (id !== undefined) return ari.mediaUrl(id);
      log.warn({ callSid: this.#callSid }, 'Asterisk made a media channel without a connection');
    } catch (error) {
      const reason = String(error);
      if (!isGoing(error)) log.warn({ callSid: this.#callSid, reason }, 'Asterisk made no media channel');
    }
    return undefined;
  }

  #connect(url: string): void {
    const socket = new WebSocket(url, 'media', {
      perMessageDeflate: false,
      handshakeTimeout: START_DEADLINE_MS,
    });
    this.#socket = socket;
    // `close` follows.
    socket.on('error', (error) => {
      if (this.#isClosed) return;
      this.#context.log.warn({ callSid: this.#callSid, reason: error.message }, 'a media channel failed');
    });
    socket.on('close', () => this.#over());
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      if (isBinary) this.#listener.audio(data);
      else this.#event(data.toString('utf8'));
    });
  }

  #event(message: string): void {
    const event = readMessage(message);
    switch (event?.['event']) {
      case 'MEDIA_START':
        return this.#begun.settle(true);
      case 'MEDIA_MARK_PROCESSED': {
        const mark = text(event['correlation_id']);
        if (mark !== undefined) this.#listener.played(mark);
        return;
      }
      case 'MEDIA_XOFF':
      case 'ERROR': {
        const reason = text(event['error_text']);
        return this.#context.log.warn(
          { callSid: this.#callSid, event: event['event'], reason },
          'a media channel complains',
        );
      }
      default:
    }
  }

  #command(command: Readonly<Record<string, string>>): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(command));
  }

  #over(): void {
    const wasReady = this.#begun.value && this.#arrived.value;
    this.#begun.settle(false);
    this.#arrived.settle(false);
    if (this.#isClosed || !wasReady) return;
    this.#listener.lost();
  }
}

function readMessage(message: string) {
  try {
    return fields(JSON.parse(message));
  } catch {
    return undefined;
  }
}

/** Something that comes true or not, once. */
function signalled() {
  let resolve: (value: boolean) => void = () => undefined;
  let value: boolean | undefined;
  const settled = new Promise<boolean>((settle) => {
    resolve = settle;
  });
  return {
    settled,
    get value() {
      return value === true;
    },
    settle(now: boolean) {
      value ??= now;
      resolve(now);
    },
  };
}
