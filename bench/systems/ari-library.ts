import { createRequire } from 'node:module';

/** The part of ari-client that the bare systems use, as the package gives it. */
export interface AriClient {
  on(event: 'StasisStart', heard: (event: StasisStart, channel: AriChannel) => void): void;
  on(event: 'StasisEnd' | 'ChannelStateChange', heard: (event: unknown, channel: AriChannel) => void): void;
  start(app: string): void;
  readonly channels: {
    create(options: Readonly<Record<string, string>>): Promise<AriChannel>;
    dial(options: Readonly<Record<string, string | number>>): Promise<unknown>;
    answer(options: { readonly channelId: string }): Promise<unknown>;
    hangup(options: { readonly channelId: string }): Promise<unknown>;
  };
  readonly bridges: {
    create(options: { readonly type: string; readonly bridgeId: string }): Promise<unknown>;
    addChannel(options: { readonly bridgeId: string; readonly channel: string }): Promise<unknown>;
    destroy(options: { readonly bridgeId: string }): Promise<unknown>;
  };
}

export interface AriChannel {
  readonly id: string;
  readonly state: string;
  readonly caller: { readonly number: string };
  readonly dialplan: { readonly exten: string };
}

export interface StasisStart {
  readonly args: readonly string[];
}

interface AriLibrary {
  connect(url: string, username: string, password: string): Promise<AriClient>;
}

/** What a bare system's process is told in its environment. */
export interface BareSettings {
  readonly ariUrl: string;
  readonly username: string;
  readonly password: string;
  readonly app: string;
  /** Where the application server is. */
  readonly origin: string;
  /** The SIP address that is dialled. */
  readonly callee: string;
}

/** Connects as the parent says, and runs `take` before calls come; ends with the parent. */
export async function runBareSystem(
  take: (client: AriClient, settings: BareSettings) => void,
): Promise<void> {
  process.once('disconnect', () => process.exit(0));
  const settings = JSON.parse(process.env['BENCH_SYSTEM'] ?? '') as BareSettings;
  const library = createRequire(import.meta.url)('ari-client') as AriLibrary;
  const client = await library.connect(settings.ariUrl, settings.username, settings.password);
  take(client, settings);
  client.start(settings.app);
  process.send?.('ready');
}

/** For what fails when the other side has gone already. */
export function unlessGone(work: Promise<unknown>): void {
  work.catch(() => undefined);
}
