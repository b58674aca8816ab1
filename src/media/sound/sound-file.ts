import { compact } from '../../call/compact.ts';
import { webcrypto } from 'node:crypto';
import type { Download, Downloaded } from '../../call/download.ts';
import type { Clock } from '../../concurrency/clock.ts';
import type { SoundAsker } from '../../call/sounds.ts';
import { FairTurns } from '../../concurrency/fair-turns.ts';
import type { MediaStore, StoredSound } from '../media-store.ts';
import { type FindOwnRecording, type OwnRecording, readOwnRecording } from '../own-recording.ts';
import { cannot, STOPPED, type PlayableSound } from './playable-sound.ts';
import { SingleFlight } from '../../concurrency/single-flight.ts';
import type { SoundConverter } from './sound-converter.ts';

export interface SoundFilesParts {
  readonly download: Download;
  readonly ownRecording?: FindOwnRecording;
  readonly converter: SoundConverter;
  readonly store: MediaStore;
  readonly clock: Clock;
}

const MOST_BYTES = 50 * 1024 * 1024;
const DOWNLOAD_TIMEOUT_MS = 30_000;
/** How long a sound is fresh when its server does not say. */
const FRESH_MS = 60_000;
const LONGEST_FRESH_MS = 24 * 3600_000;
const MOST_KNOWN_URLS = 1000;
/** Limits the memory that bodies take, and how much one account, or one host that hangs, can hold up. */
const DOWNLOADS = { total: 32, perAccount: 16, perPurpose: 8, reserved: 2 };

interface Known {
  readonly name: string;
  readonly freshForMs: number;
  readonly freshUntil: number;
  readonly etag?: string;
  readonly lastModified?: string;
}

/** Fetches, checks and converts the sounds that `<Play>` names. */
export class SoundFiles {
  readonly #parts: SoundFilesParts;
  readonly #shared = new SingleFlight<PlayableSound>();
  readonly #turns = new FairTurns(DOWNLOADS);
  /** Oldest first. */
  readonly #known = new Map<string, Known>();

  constructor(parts: SoundFilesParts) {
    this.#parts = parts;
  }

  async fetch(url: string, asker: SoundAsker): Promise<PlayableSound> {
    const parsed = URL.canParse(url) ? new URL(url) : undefined;
    if (parsed === undefined || !/^https?:$/.test(parsed.protocol)) {
      return cannot('Play', `${url.slice(0, 200)} is not an http or https URL`);
    }
    const own = await this.#parts.ownRecording?.(parsed, asker.accountSid);
    if (own !== undefined) return this.#fetchOwn(parsed, own, asker);
    const known = this.#known.get(parsed.href);
    if (known !== undefined && known.freshUntil > this.#parts.clock.steady()) {
      const sound = await this.#parts.store.find(known.name);
      if (sound !== undefined) return this.#playable(sound);
    }
    return this.#inTurn(parsed.href, parsed.host, asker, (shared) => this.#load(parsed, shared));
  }

  /** Does the work once for all calls of an account that want it, when it is the account's turn for this purpose. */
  async #inTurn(
    key: string,
    purpose: string,
    { accountSid, signal }: SoundAsker,
    work: (asker: SoundAsker) => Promise<PlayableSound>,
  ): Promise<PlayableSound> {
    const done = this.#shared.run(`${accountSid} ${key}`, signal, async (shared) => {
      const asker = { accountSid, signal: shared };
      return (await this.#turns.run(asker, () => work(asker), purpose)) ?? STOPPED;
    });
    return (await done) ?? STOPPED;
  }

  /** A finished recording never changes, so it is converted only once. */
  async #fetchOwn(url: URL, own: OwnRecording, asker: SoundAsker): Promise<PlayableSound> {
    if (!own.ok) return cannot('Play', `${shown(url)}: ${own.message}`);
    const { store, converter } = this.#parts;
    const name = store.nameFor('recording', own.sid);
    const kept = await store.find(name);
    if (kept !== undefined) return this.#playable(kept);
    return this.#inTurn(own.sid, 'own recordings', asker, async (shared) => {
      const body = await readOwnRecording(own.path, MOST_BYTES);
      if (typeof body === 'string') return cannot('Play', `${shown(url)}: ${body}`);
      const hint = { contentType: 'audio/wav', fileName: '' };
      const done = await converter.convert(body, hint, name, shared);
      return done.ok ? this.#playable(done.sound) : cannot('Play', `${shown(url)} ${done.message}`);
    });
  }

  async #load(url: URL, asker: SoundAsker): Promise<PlayableSound> {
    const known = this.#known.get(url.href);
    const kept = known === undefined ? undefined : await this.#parts.store.find(known.name);
    const reply = await this.#parts.download(url.href, {
      maxBytes: MOST_BYTES,
      timeoutMs: DOWNLOAD_TIMEOUT_MS,
      signal: asker.signal,
      ...(kept !== undefined && known?.etag !== undefined ? { etag: known.etag } : {}),
      ...(kept !== undefined && known?.lastModified !== undefined
        ? { lastModified: known.lastModified }
        : {}),
    });
    if (!reply.ok) return cannot('Play', `${shown(url)}: ${reply.message}`);
    if (!reply.unchanged) return this.#convert(url, reply, asker);
    if (known === undefined || kept === undefined) {
      return cannot(
        'Play',
        `${shown(url)}: The server answered "not modified" although it was not asked that`,
      );
    }
    this.#remember(url.href, known);
    return this.#playable(kept);
  }

  async #convert(
    url: URL,
    reply: Extract<Downloaded, { unchanged: false }>,
    asker: SoundAsker,
  ): Promise<PlayableSound> {
    const { store, converter } = this.#parts;
    const hint = { contentType: reply.contentType, fileName: url.pathname.split('/').at(-1) ?? '' };
    const name = store.nameFor('play', await sha256(reply.body));
    const kept = await store.find(name);
    const done =
      kept === undefined
        ? await converter.convert(reply.body, hint, name, asker)
        : ({ ok: true, sound: kept } as const);
    if (!done.ok) return cannot('Play', `${shown(url)} ${done.message}`);
    this.#remember(
      url.href,
      compact({
        name,
        freshForMs: freshForMs(reply.cacheControl),
        etag: reply.etag,
        lastModified: reply.lastModified,
      }),
    );
    return this.#playable(done.sound);
  }

  #remember(url: string, known: Omit<Known, 'freshUntil'>): void {
    this.#known.delete(url);
    this.#known.set(url, { ...known, freshUntil: this.#parts.clock.steady() + known.freshForMs });
    const [oldest] = this.#known.keys();
    if (this.#known.size > MOST_KNOWN_URLS && oldest !== undefined) this.#known.delete(oldest);
  }

  #playable(sound: StoredSound): PlayableSound {
    return {
      ok: true,
      mediaUrl: this.#parts.store.urlOf(sound.name),
      durationMs: sound.durationMs,
      notes: [],
    };
  }
}

/** What Cache-Control promises (RFC 9111, 5.2.2); we are a shared cache. */
function freshForMs(cacheControl: string | undefined): number {
  if (cacheControl === undefined) return FRESH_MS;
  if (/\b(no-store|no-cache)\b/i.test(cacheControl)) return 0;
  const shared = /\bs-maxage="?(\d+)/i.exec(cacheControl) ?? /\bmax-age="?(\d+)/i.exec(cacheControl);
  return shared === null ? FRESH_MS : Math.min(Number(shared[1]) * 1000, LONGEST_FRESH_MS);
}

/** The URL as its author knows it, without a user name and password. */
function shown(url: URL): string {
  const copy = new URL(url);
  copy.username = '';
  copy.password = '';
  return copy.href.slice(0, 500);
}

/** Off the main thread: 50 MB would hold up every call for a tenth of a second. */
async function sha256(body: Buffer): Promise<string> {
  return Buffer.from(await webcrypto.subtle.digest('SHA-256', body)).toString('hex');
}
