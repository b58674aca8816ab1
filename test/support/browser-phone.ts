import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { build } from 'vite';
import type { ApplicationServer } from './application-server.ts';
import { atEndOfRun } from './end-of-run.ts';
import type { RestReply } from './story-stack.ts';
import { waitUntil } from './wait-until.ts';

/** What the fake microphone hears. */
export const MICROPHONE_HZ = 440;
const SHOWN_MS = 15_000;
const SAMPLE_RATE = 48_000;
const SECONDS = 10;

const PAGE =
  '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">' +
  '<script src="jssip.js"></script><script type="module" src="page.mjs"></script>';

interface RestOn {
  rest(method: string, path: string, form?: Readonly<Record<string, string>>): Promise<RestReply>;
}

/** A token as REST shows it when it is made. */
export interface NewToken {
  readonly sid: string;
  readonly username: string;
  readonly password: string;
  readonly uri: string;
  readonly ws_url: string;
}

/** Makes a token of the client with this login. */
export async function newToken(
  stack: RestOn,
  login: string,
  form: Readonly<Record<string, string>> = {},
): Promise<NewToken> {
  const { json, status } = await stack.rest(
    'POST',
    `/Clients/${await clientSid(stack, login)}/Tokens.json`,
    form,
  );
  assert.equal(status, 201, JSON.stringify(json));
  return json as unknown as NewToken;
}

export async function clientSid(stack: RestOn, login: string): Promise<string> {
  const { json } = await stack.rest('GET', `/Clients.json?Login=${login}`);
  return String((json['clients'] as { sid: string }[])[0]?.sid);
}

/** A phone in a page of a real browser. */
export class BrowserPhone {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  /** Loads the page from this server, and registers with the token. */
  static async open(page: Page, app: ApplicationServer, token: NewToken): Promise<BrowserPhone> {
    const phone = await BrowserPhone.load(page, app);
    await phone.start(token);
    await phone.says('registered');
    return phone;
  }

  /** Loads the page only. */
  static async load(page: Page, app: ApplicationServer): Promise<BrowserPhone> {
    const script = fileURLToPath(new URL('browser-phone-page.mjs', import.meta.url));
    const files: Readonly<Record<string, string>> = {
      '/phone/': PAGE,
      '/phone/jssip.js': await jssip(),
      '/phone/page.mjs': await readFile(script, 'utf8'),
    };
    for (const [path, body] of Object.entries(files)) {
      const type = path.endsWith('/') ? 'text/html' : 'text/javascript';
      app.reply(path, { headers: { 'content-type': `${type}; charset=utf-8` }, body });
    }
    // Not by page.route: from a page that came from nowhere, Chromium lets nothing go to this machine.
    await page.goto(app.url('/phone/'));
    await page.waitForFunction('globalThis.phone !== undefined && globalThis.JsSIP !== undefined');
    return new BrowserPhone(page);
  }

  start(token: NewToken): Promise<unknown> {
    return this.page.evaluate(`phone.start(${JSON.stringify(token)}, ${JSON.stringify(token.ws_url)})`);
  }

  /** Registers with another token. */
  renew(token: NewToken): Promise<unknown> {
    return this.page.evaluate(`phone.renew(${JSON.stringify(token)})`);
  }

  call(target: string): Promise<unknown> {
    return this.page.evaluate(`phone.call(${JSON.stringify(target)})`);
  }

  answer(): Promise<unknown> {
    return this.page.evaluate('phone.answer()');
  }

  /** Runs something on the session that began last: `terminate()`, `hold()`. */
  do(what: string): Promise<unknown> {
    return this.page.evaluate(`phone.sessions.at(-1).${what}`);
  }

  /** Resolves when the other side has agreed. */
  reoffer(how: 'hold' | 'unhold'): Promise<unknown> {
    return this.page.evaluate(`phone.reoffer('${how}')`);
  }

  events(): Promise<readonly string[]> {
    return this.page.evaluate('phone.events');
  }

  /** Resolves when the phone has said this, so many times. */
  async says(event: string, times = 1): Promise<void> {
    const said = async () => (await this.events()).filter((one) => one === event).length >= times;
    await waitUntil(`the browser says "${event}"`, said, SHOWN_MS).catch(async (error: Error) => {
      throw new Error(`${error.message}; it said: ${(await this.events()).join(', ')}`);
    });
  }

  /** Resolves when a tone of about this frequency has been heard for about so long. */
  async hears(hz: number, forMs = 500): Promise<void> {
    await waitUntil(`the browser hears ${hz} Hz`, async () => (await this.heardMs(hz)) >= forMs, SHOWN_MS);
  }

  async heardMs(hz: number): Promise<number> {
    const tones: Readonly<Record<string, number>> = await this.page.evaluate('phone.tones');
    const near = Object.entries(tones).filter(([name]) => Math.abs(Number(name) - hz) <= 20);
    return near.reduce((sum, [, count]) => sum + count * 100, 0);
  }

  forgetTones(): Promise<unknown> {
    return this.page.evaluate('phone.tones = {}');
  }

  bytesReceived(): Promise<number> {
    return this.page.evaluate('phone.bytesReceived()');
  }

  codecs(): Promise<readonly string[]> {
    return this.page.evaluate('phone.codecs()');
  }
}

let bundle: Promise<string> | undefined;

/** JsSIP as one script, which sets the global of that name. */
export function jssip(): Promise<string> {
  bundle ??= bundled('jssip', 'JsSIP');
  return bundle;
}

let sipJsBundle: Promise<string> | undefined;

/** SIP.js in the same way, as SIP. */
export function sipJs(): Promise<string> {
  sipJsBundle ??= bundled('sip.js', 'SIP');
  return sipJsBundle;
}

/** JsSIP as the module that a CDN serves. */
export async function jssipModule(): Promise<string> {
  return `${await jssip()}\nexport default JsSIP;`;
}

async function bundled(entry: string, name: string): Promise<string> {
  const made = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      minify: false,
      lib: { entry: createRequire(import.meta.url).resolve(entry), name, formats: ['iife'] },
    },
  });
  const [output] = [made].flat();
  if (output === undefined || !('output' in output)) throw new Error(`${entry} could not be bundled`);
  return output.output[0].code;
}

let microphone: Promise<string> | undefined;

/** What a Chromium is started with so that its microphone is a file and nobody is asked. */
export async function microphoneArguments(): Promise<readonly string[]> {
  microphone ??= toneFile();
  return [
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    `--use-file-for-fake-audio-capture=${await microphone}`,
    '--autoplay-policy=no-user-gesture-required',
  ];
}

async function toneFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'legwork-microphone-'));
  atEndOfRun(() => rm(folder, { recursive: true, force: true }));
  const samples = Int16Array.from({ length: SAMPLE_RATE * SECONDS }, (_, index) =>
    Math.round(8000 * Math.sin((2 * Math.PI * MICROPHONE_HZ * index) / SAMPLE_RATE)),
  );
  const path = join(folder, 'tone.wav');
  await writeFile(path, Buffer.concat([wavHead(samples.byteLength), Buffer.from(samples.buffer)]));
  return path;
}

/** The head of a WAV file of 48 kHz, 16 bit, mono. */
function wavHead(bytes: number): Buffer {
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + bytes, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(SAMPLE_RATE, 24);
  head.writeUInt32LE(SAMPLE_RATE * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(bytes, 40);
  return head;
}
