import { homedir, hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { CODEC_NAMES, type Codec } from './call/routing/codecs.ts';
import type { OwnSip } from './call/routing/own-sip.ts';
import type { SipTraceMode } from './call/sip-trace.ts';
import { SRTP_MODES, type Srtp } from './call/routing/srtp.ts';
import { parseSayEngine } from './media/speech/say-engine-setting.ts';
import { parseSpeechRecognizer } from './media/speech/speech-recognizer-setting.ts';
import type { DatabaseUrl } from './store/database.ts';
import * as setting from './setting-kinds.ts';

/** The Asterisk that Legwork starts itself, or one of the user's. */
export type AriConfig =
  | {
      readonly kind: 'bundled';
      readonly sipHost: string;
      readonly sipPort: number;
      readonly rtpMin: number;
      readonly rtpMax: number;
      readonly externalAddress: string | undefined;
      /** Where SIP over TLS is taken, if there is a certificate. */
      readonly sipTlsPort: number;
    }
  | { readonly kind: 'external'; readonly url: string; readonly username: string; readonly password: string };

/** One of several Legworks on one database (docs/scale.md). */
export interface ClusterConfig {
  /** Unique among the nodes: lower case letters, digits and `-`. */
  readonly nodeName: string;
  /** How the other nodes reach this one, without a slash at the end. */
  readonly nodeUrl: string;
  /** Where the bundled Asterisk's ARI listens. */
  readonly ariHost: string;
  /** `host:port` at which this node's Asterisk takes SIP, as the others are told. */
  readonly sipAddress: string;
  /** The Kamailio at which clients register, if not at the switches themselves. */
  readonly sipProxy: SipProxyAddress | undefined;
}

/** Where the Kamailio in front of a cluster takes SIP. */
export interface SipProxyAddress {
  /** An IP address or a name. */
  readonly host: string;
  readonly port: number;
}

/** A collector of SIP messages that the operator runs, such as Homer. */
export interface HepCollectorConfig {
  /** An IP address or a name. */
  readonly host: string;
  readonly port: number;
  readonly captureId: number;
  readonly password: string | undefined;
}

/** Phones in browsers (docs/webrtc.md). */
export interface WebPhonesConfig {
  /** Whose pages may connect; undefined: all. */
  readonly origins: readonly string[] | undefined;
  readonly mostPerAddress: number;
  /** Asterisk's names. */
  readonly codecs: readonly string[];
}

/** What browsers need to find a way through NATs. */
export interface IceConfig {
  readonly stunUrls: readonly string[];
  /** A coturn with `use-auth-secret`; undefined: there is none. */
  readonly turn:
    | { readonly urls: readonly string[]; readonly secret: string; readonly ttlS: number }
    | undefined;
}

/** Files in PEM: the certificate with its chain, and its key. */
export interface TlsConfig {
  readonly certFile: string;
  readonly keyFile: string;
}

/** Every setting of a Legwork process, checked. */
export interface Config {
  readonly httpPort: number;
  readonly httpHost: string;
  /** How application servers and users reach us, without a slash at the end. */
  readonly publicUrl: string;
  /** How Asterisk reaches the sounds that we serve, without a slash at the end. */
  readonly mediaUrl: string;
  /** Undefined: HTTP without TLS. */
  readonly tls: TlsConfig | undefined;
  /** Undefined: there are no browser phones. */
  readonly webPhones: WebPhonesConfig | undefined;
  /** Why there are no browser phones; undefined: there are. */
  readonly webPhonesOff: string | undefined;
  readonly ice: IceConfig;
  /** Addresses and networks of the reverse proxies in front of HTTP. */
  readonly trustedProxies: readonly string[];
  readonly databaseUrl: DatabaseUrl;
  /** Undefined: this process has the database to itself. */
  readonly cluster: ClusterConfig | undefined;
  /** An absolute path. */
  readonly dataDir: string;
  /** The file with the key of what is encrypted in the database. */
  readonly secretKeyFile: string;
  /** Where the sound of recordings is kept. */
  readonly recordingsDir: string;
  /** Where fetched packages are kept between clones and runs. */
  readonly cacheFolder: string;
  readonly accountSid: string | undefined;
  readonly authToken: string | undefined;
  /** Whether Legwork makes a certificate of its own for SIP, where there are no files. */
  readonly tlsSelf: boolean;
  readonly ari: AriConfig;
  readonly ariApp: string;
  /** CIDRs and host names; undefined means the built-in rules. */
  readonly webhookAllow: readonly string[] | undefined;
  readonly webhookDeny: readonly string[] | undefined;
  /** Which SIP addresses lead to this installation itself. */
  readonly ownSip: Omit<OwnSip, 'ownAddresses'>;
  readonly sipAllow: readonly string[];
  readonly sipDeny: readonly string[];
  /** Wrong SIP passwords that an address may send in a minute; 0: no limit. */
  readonly sipGuessesPerMinute: number;
  /** The security log of an Asterisk that is not the bundled one. */
  readonly sipSecurityLog: string | undefined;
  /** Prefix length of the widest network that a sub-account's trunk may name. */
  readonly trunkNetworkBits: number;
  readonly webhookConnectTimeoutMs: number;
  readonly webhookTimeoutMs: number;
  /** Seconds before each further attempt; the last one repeats. */
  readonly callbackRetryScheduleS: readonly number[];
  /** The largest number of concurrent callbacks to one receiver. */
  readonly callbackConcurrency: number;
  readonly demo: boolean;
  readonly console: boolean;
  /** Who may sign in to the console; undefined: every account. */
  readonly consoleAccounts: readonly string[] | undefined;
  /** Which calls' SIP messages are kept. */
  readonly sipTrace: 'off' | SipTraceMode;
  readonly sipTraceDays: number;
  /** Where an Asterisk that is not the bundled one sends its SIP messages, on this machine. */
  readonly sipTracePort: number;
  /** Where the SIP messages are sent on to, as HEP over UDP; undefined: nowhere. */
  readonly hepCollector: HepCollectorConfig | undefined;
  readonly drainTimeoutS: number;
  readonly recordingAuth: boolean;
  readonly retentionDays: number;
  /** `espeak-ng`, a command, or the URL of a service. */
  readonly sayEngine: string;
  /** A command or the URL of a service. */
  readonly speechRecognizer: string | undefined;
  /** A party that has sent no media for this many seconds is asked whether it is still there; 0: never. */
  readonly mediaTimeoutS: number;
  /** Of a queue that an Enqueue makes. */
  readonly queueMaxSize: number;
  /** Of one account. */
  readonly queueMaxQueues: number;
  /** Whether metrics name the queues. */
  readonly metricsQueueNames: boolean;
  /** How often each phone is sent OPTIONS, in seconds; 0: never. */
  readonly clientOptionsS: number;
  /** Codecs of phones and trunks, the preferred one first. */
  readonly codecs: readonly Codec[];
  /** Whether the media of clients is encrypted, unless a client says otherwise. */
  readonly srtp: Srtp;
  readonly maxCallsPerSecond: number;
  readonly maxCalls: number;
  /** How many calls may be listened to for answering machines at the same time. */
  readonly amdMax: number;
  /** Media streams at a time. */
  readonly maxStreams: number;
  readonly logLevel: setting.LogLevel;
  /** The complete environment of the commands in SAY_ENGINE and SPEECH_RECOGNIZER: it holds none of our secrets. */
  readonly commandEnv: Readonly<Record<string, string>>;
}

/** The settings that are wrong, one line each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`Wrong settings:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

const environment = z.object({
  HTTP_PORT: setting.port(8080),
  HTTP_HOST: setting.address('127.0.0.1'),
  PUBLIC_URL: setting.httpUrl(),
  MEDIA_URL: setting.httpUrl(),
  TRUSTED_PROXIES: setting.addresses(),
  TLS_CERT_FILE: setting.optionalText(),
  TLS_KEY_FILE: setting.optionalText(),
  WEBRTC: setting.onOffOrNothing(),
  WEBRTC_ORIGINS: setting.origins(),
  WEBRTC_MAX_PER_ADDRESS: setting.whole(10, { least: 1, most: 1_000 }),
  WEBRTC_CODECS: setting.words('opus, ulaw, alaw or g722', (word) =>
    ['opus', 'ulaw', 'alaw', 'g722'].includes(word),
  ),
  STUN_URLS: setting.stunUrls(),
  TURN_URLS: setting.turnUrls(),
  TURN_SECRET: setting.secret(),
  TURN_TTL: setting.whole(86_400, { least: 600, most: 86_400 }),
  DATABASE_URL: setting.databaseUrl(),
  DATA_DIR: setting.text('./data'),
  SECRET_KEY_FILE: setting.optionalText(),
  RECORDINGS_DIR: setting.optionalText(),
  CLUSTER: setting.onOff(false),
  NODE_NAME: setting.nodeName(),
  NODE_URL: setting.httpUrl(),
  SIP_ADDRESS: setting.hostAndPort('10.0.0.5:5060'),
  SIP_PROXY: setting.hostAndPort('10.0.0.5:5060'),
  ARI_HOST: setting.address('127.0.0.1'),
  ACCOUNT_SID: setting.accountSid(),
  AUTH_TOKEN: setting.authToken(),
  ARI_URL: setting.httpUrl(),
  ARI_USERNAME: setting.optionalText(),
  ARI_PASSWORD: setting.optionalText(),
  ARI_APP: setting.stasisApp('legwork'),
  SIP_PORT: setting.port(5060),
  SIP_HOST: setting.address('127.0.0.1'),
  SIP_TLS_PORT: setting.port(5061),
  TLS: setting.oneOf(['off', 'self'], 'off'),
  SRTP: setting.oneOf(SRTP_MODES, 'optional'),
  CODECS: setting.someOf(CODEC_NAMES),
  CLIENT_OPTIONS_S: setting.whole(10, { least: 0, most: 3_600 }),
  RTP_PORT_MIN: setting.port(10_000),
  RTP_PORT_MAX: setting.port(12_000),
  EXTERNAL_ADDRESS: setting.optionalAddress(),
  SIP_DOMAINS: setting.sipDomains(),
  WEBHOOK_ALLOW: setting.networks(),
  WEBHOOK_DENY: setting.networks(),
  SIP_ALLOW: setting.networks(),
  SIP_DENY: setting.networks(),
  SIP_GUESSES_PER_MINUTE: setting.whole(10, { least: 0, most: 10_000 }),
  SIP_SECURITY_LOG: setting.optionalText(),
  TRUNK_NETWORK_BITS: setting.whole(24, { least: 1, most: 32 }),
  WEBHOOK_CONNECT_TIMEOUT_MS: setting.whole(5_000, { least: 1, most: 600_000 }),
  WEBHOOK_TIMEOUT_MS: setting.whole(15_000, { least: 1, most: 600_000 }),
  CALLBACK_RETRY_SCHEDULE_S: setting.seconds([1, 5, 30, 120, 600, 3_600]),
  CALLBACK_CONCURRENCY: setting.whole(64, { least: 1, most: 256 }),
  DEMO: setting.onOff(true),
  CONSOLE: setting.onOff(true),
  CONSOLE_ACCOUNTS: setting.accountSids(),
  SIP_TRACE: setting.oneOf(['off', 'problems', 'all']),
  SIP_TRACE_DAYS: setting.whole(1, { least: 1, most: 365 }),
  SIP_TRACE_PORT: setting.port(9_060),
  HEP_SERVER: setting.hostAndPort('10.0.0.9:9060'),
  HEP_CAPTURE_ID: setting.whole(2_001, { least: 1, most: 4_294_967_295 }),
  HEP_PASSWORD: setting.optionalText(),
  DRAIN_TIMEOUT_S: setting.whole(30, { least: 0, most: 86_400 }),
  RECORDING_AUTH: setting.onOff(true),
  RETENTION_DAYS: setting.whole(30, { least: 1, most: 36_500 }),
  SAY_ENGINE: setting.program('espeak-ng', parseSayEngine).default('espeak-ng'),
  SPEECH_RECOGNIZER: setting.program(undefined, parseSpeechRecognizer),
  QUEUE_MAX_SIZE: setting.whole(1_000, { least: 1, most: 5_000 }),
  QUEUE_MAX_QUEUES: setting.whole(1_000, { least: 1, most: 100_000 }),
  METRICS_QUEUE_NAMES: setting.onOff(false),
  MEDIA_TIMEOUT_S: setting.whole(60, { least: 0, most: 86_400 }),
  MAX_CALLS_PER_SECOND: setting.whole(50, { least: 1, most: 10_000 }),
  MAX_CALLS: setting.whole(200, { least: 1, most: 100_000 }),
  AMD_MAX: setting.whole(50, { least: 0, most: 1_000 }),
  MAX_STREAMS: setting.whole(200, { least: 0, most: 100_000 }),
  LOG_LEVEL: setting.logLevel('info'),
});

type Environment = z.infer<typeof environment>;

/** Values of these never appear in a message. */
const SECRETS = new Set([
  'AUTH_TOKEN',
  'ARI_PASSWORD',
  'ARI_URL',
  'DATABASE_URL',
  'SAY_ENGINE',
  'SPEECH_RECOGNIZER',
  'TURN_SECRET',
  'HEP_PASSWORD',
]);

/** Reads every setting from the environment; throws one {@link ConfigError} that names all that are wrong. */
export function loadConfig(env: NodeJS.ProcessEnv = process.env): Config {
  // An empty variable (docker compose passes them) counts as not set.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const issues = environment.safeParse(given).error?.issues ?? [];
  const wrong = new Set(issues.map((issue) => String(issue.path[0])));
  const right = Object.fromEntries(Object.entries(given).filter(([name]) => !wrong.has(name)));
  const parsed = environment.parse(right);
  const problems = [
    ...issues.map((issue) => describeProblem(String(issue.path[0]), issue.message, given)),
    ...settingsThatDisagree(parsed, wrong),
  ];
  if (problems.length > 0) throw new ConfigError(problems);
  return deepFreeze(toConfig(parsed, env));
}

/** Where fetched packages are kept: LEGWORK_CACHE, or the usual cache folder of the user. */
export function defaultCacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  if (env['LEGWORK_CACHE']) return resolve(env['LEGWORK_CACHE']);
  if (process.getuid?.() === 0) return '/var/cache/legwork';
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'legwork');
}

function describeProblem(name: string, allowed: string, env: NodeJS.ProcessEnv): string {
  if (allowed.startsWith(name)) return allowed;
  return SECRETS.has(name) ? `${name}: ${allowed}` : `${name}="${env[name]}": ${allowed}`;
}

function settingsThatDisagree(env: Environment, wrong: ReadonlySet<string>): readonly string[] {
  const problems: string[] = [];
  const rtpKnown = !wrong.has('RTP_PORT_MIN') && !wrong.has('RTP_PORT_MAX');
  if (rtpKnown && env.RTP_PORT_MAX <= env.RTP_PORT_MIN) {
    problems.push(
      `RTP_PORT_MAX="${env.RTP_PORT_MAX}": must be above RTP_PORT_MIN (${env.RTP_PORT_MIN}); a leg takes two ports`,
    );
  }
  if (env.ARI_URL !== undefined) {
    if (env.ARI_USERNAME === undefined) problems.push('ARI_USERNAME: must be set together with ARI_URL');
    if (env.ARI_PASSWORD === undefined) problems.push('ARI_PASSWORD: must be set together with ARI_URL');
  }
  for (const [one, other] of TOGETHER) {
    if (wrong.has(one) || wrong.has(other)) continue;
    if (env[one] !== undefined && env[other] === undefined)
      problems.push(`${other}: must be set together with ${one}`);
    if (env[other] !== undefined && env[one] === undefined)
      problems.push(`${one}: must be set together with ${other}`);
  }
  if (env.SIP_PROXY !== undefined && !env.CLUSTER) {
    problems.push(`SIP_PROXY="${env.SIP_PROXY}": needs CLUSTER=on`);
  }
  if (env.TLS === 'self' && env.TLS_CERT_FILE !== undefined) {
    problems.push('TLS="self": makes a certificate, but TLS_CERT_FILE names one; leave one of them out');
  }
  if (env.SIP_TLS_PORT === env.SIP_PORT && (env.TLS === 'self' || tlsConfig(env) !== undefined)) {
    problems.push(`SIP_TLS_PORT="${env.SIP_TLS_PORT}": must not be SIP_PORT, which takes SIP over TCP`);
  }
  if (env.CLUSTER && !wrong.has('DATABASE_URL')) problems.push(...clusterProblems(env, wrong));
  return problems;
}

const TOGETHER = [
  ['TLS_CERT_FILE', 'TLS_KEY_FILE'],
  ['TURN_URLS', 'TURN_SECRET'],
] as const;

function clusterProblems(env: Environment, wrong: ReadonlySet<string>): readonly string[] {
  const problems: string[] = [];
  if (env.DATABASE_URL?.kind !== 'postgres') {
    problems.push('CLUSTER="on": needs DATABASE_URL=postgres://…, the same on every node');
  }
  if (env.NODE_NAME === undefined && !wrong.has('NODE_NAME') && !setting.isNodeName(ownHostName())) {
    problems.push(
      `NODE_NAME: must be set, because the host's name "${ownHostName()}" ${setting.NODE_NAME_RULE}`,
    );
  }
  return problems;
}

function ownHostName(): string {
  return hostname().toLowerCase();
}

function toConfig(env: Environment, raw: NodeJS.ProcessEnv): Config {
  const dataDir = resolve(env.DATA_DIR);
  const tls = tlsConfig(env);
  const publicUrl = env.PUBLIC_URL ?? `http${tls === undefined ? '' : 's'}://127.0.0.1:${env.HTTP_PORT}`;
  const cluster = env.CLUSTER ? clusterConfig(env, publicUrl) : undefined;
  return {
    httpPort: env.HTTP_PORT,
    httpHost: env.HTTP_HOST,
    publicUrl,
    // An Asterisk fetches sounds from the node that drives it, which is not whoever answers at a shared address.
    mediaUrl: env.MEDIA_URL ?? cluster?.nodeUrl ?? publicUrl,
    tls,
    ...webPhonesConfig(env),
    ice: iceConfig(env),
    trustedProxies: env.TRUSTED_PROXIES,
    databaseUrl: env.DATABASE_URL ?? { kind: 'sqlite', path: join(dataDir, 'legwork.sqlite') },
    cluster,
    dataDir,
    secretKeyFile:
      env.SECRET_KEY_FILE === undefined ? join(dataDir, 'secret.key') : resolve(env.SECRET_KEY_FILE),
    recordingsDir:
      env.RECORDINGS_DIR === undefined ? join(dataDir, 'recordings') : resolve(env.RECORDINGS_DIR),
    cacheFolder: defaultCacheFolder(raw),
    accountSid: env.ACCOUNT_SID,
    authToken: env.AUTH_TOKEN,
    tlsSelf: env.TLS === 'self',
    ari: toAriConfig(env),
    ariApp: env.ARI_APP,
    webhookAllow: env.WEBHOOK_ALLOW,
    webhookDeny: env.WEBHOOK_DENY,
    ownSip: ownSip(env),
    sipAllow: env.SIP_ALLOW ?? [],
    sipDeny: env.SIP_DENY ?? [],
    sipGuessesPerMinute: env.SIP_GUESSES_PER_MINUTE,
    sipSecurityLog: env.SIP_SECURITY_LOG,
    trunkNetworkBits: env.TRUNK_NETWORK_BITS,
    webhookConnectTimeoutMs: env.WEBHOOK_CONNECT_TIMEOUT_MS,
    webhookTimeoutMs: env.WEBHOOK_TIMEOUT_MS,
    callbackRetryScheduleS: env.CALLBACK_RETRY_SCHEDULE_S,
    callbackConcurrency: env.CALLBACK_CONCURRENCY,
    // The passwords of the demo phones are kept on one machine.
    demo: env.DEMO && !env.CLUSTER,
    console: env.CONSOLE,
    consoleAccounts: env.CONSOLE_ACCOUNTS,
    sipTrace: env.SIP_TRACE,
    sipTraceDays: env.SIP_TRACE_DAYS,
    sipTracePort: env.SIP_TRACE_PORT,
    hepCollector: hepCollector(env),
    drainTimeoutS: env.DRAIN_TIMEOUT_S,
    recordingAuth: env.RECORDING_AUTH,
    retentionDays: env.RETENTION_DAYS,
    sayEngine: env.SAY_ENGINE,
    speechRecognizer: env.SPEECH_RECOGNIZER,
    mediaTimeoutS: env.MEDIA_TIMEOUT_S,
    queueMaxSize: env.QUEUE_MAX_SIZE,
    queueMaxQueues: env.QUEUE_MAX_QUEUES,
    metricsQueueNames: env.METRICS_QUEUE_NAMES,
    clientOptionsS: env.CLIENT_OPTIONS_S,
    codecs: env.CODECS,
    srtp: env.SRTP,
    maxCallsPerSecond: env.MAX_CALLS_PER_SECOND,
    maxCalls: env.MAX_CALLS,
    amdMax: env.AMD_MAX,
    maxStreams: env.MAX_STREAMS,
    logLevel: env.LOG_LEVEL,
    commandEnv: commandEnv(raw),
  };
}

function hepCollector({
  HEP_SERVER,
  HEP_CAPTURE_ID: captureId,
  HEP_PASSWORD: password,
}: Environment): HepCollectorConfig | undefined {
  if (HEP_SERVER === undefined) return undefined;
  return { ...hostAndPort(HEP_SERVER), captureId, password };
}

function tlsConfig({ TLS_CERT_FILE: cert, TLS_KEY_FILE: key }: Environment): TlsConfig | undefined {
  if (cert === undefined || key === undefined) return undefined;
  return { certFile: resolve(cert), keyFile: resolve(key) };
}

/** An Asterisk of the user's own needs settings for them, so they are off there unless they are wanted. */
function webPhonesConfig(env: Environment): Pick<Config, 'webPhones' | 'webPhonesOff'> {
  const webPhonesOff = whyNoWebPhones(env);
  if (webPhonesOff !== undefined) return { webPhones: undefined, webPhonesOff };
  const webPhones = {
    origins: env.WEBRTC_ORIGINS,
    mostPerAddress: env.WEBRTC_MAX_PER_ADDRESS,
    codecs: env.WEBRTC_CODECS ?? ['opus', 'ulaw'],
  };
  return { webPhones, webPhonesOff };
}

function whyNoWebPhones({ ARI_URL, SIP_PROXY, WEBRTC }: Environment): string | undefined {
  if (WEBRTC === false) return 'WEBRTC is off';
  if (SIP_PROXY !== undefined) return 'clients register at the proxy (SIP_PROXY), which takes no browsers';
  if (WEBRTC === undefined && ARI_URL !== undefined)
    return 'Asterisk is your own (ARI_URL): set WEBRTC=on once it is prepared (docs/webrtc.md)';
  return undefined;
}

function iceConfig({ STUN_URLS, TURN_URLS: urls, TURN_SECRET: secret, TURN_TTL }: Environment): IceConfig {
  return {
    stunUrls: STUN_URLS ?? [],
    turn: urls === undefined || secret === undefined ? undefined : { urls, secret, ttlS: TURN_TTL },
  };
}

/** The environment as it is, for a program of the user's own that we start. */
export function userEnvironment(env: NodeJS.ProcessEnv = process.env): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function clusterConfig(env: Environment, publicUrl: string): ClusterConfig {
  return {
    nodeName: env.NODE_NAME ?? ownHostName(),
    nodeUrl: env.NODE_URL ?? publicUrl,
    ariHost: env.ARI_HOST,
    sipAddress: env.SIP_ADDRESS ?? `${env.SIP_HOST}:${env.SIP_PORT}`,
    sipProxy: env.SIP_PROXY === undefined ? undefined : hostAndPort(env.SIP_PROXY),
  };
}

function hostAndPort(address: string): SipProxyAddress {
  const [, host = '', port] = /^\[?(.*?)\]?:(\d+)$/.exec(address) ?? [];
  return { host, port: Number(port) };
}

function commandEnv(env: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const names = ['PATH', 'HOME', 'LANG', 'TMPDIR'];
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}

function toAriConfig(env: Environment): AriConfig {
  if (env.ARI_URL !== undefined && env.ARI_USERNAME !== undefined && env.ARI_PASSWORD !== undefined) {
    return { kind: 'external', url: env.ARI_URL, username: env.ARI_USERNAME, password: env.ARI_PASSWORD };
  }
  return {
    kind: 'bundled',
    sipHost: env.SIP_HOST,
    sipPort: env.SIP_PORT,
    rtpMin: env.RTP_PORT_MIN,
    rtpMax: env.RTP_PORT_MAX,
    externalAddress: env.EXTERNAL_ADDRESS,
    sipTlsPort: env.SIP_TLS_PORT,
  };
}

function ownSip({
  ARI_URL,
  EXTERNAL_ADDRESS,
  SIP_DOMAINS,
  SIP_HOST,
  SIP_PORT,
  SIP_PROXY,
  SIP_TLS_PORT,
  TLS,
  TLS_CERT_FILE,
}: Environment): Config['ownSip'] {
  // For the user's own Asterisk, localhost is that Asterisk itself.
  const listener = ARI_URL === undefined ? SIP_HOST : '127.0.0.1';
  return {
    port: SIP_PORT,
    domains: [...(SIP_DOMAINS ?? []), ...(SIP_PROXY === undefined ? [] : [hostAndPort(SIP_PROXY)])],
    listeners: EXTERNAL_ADDRESS === undefined ? [listener] : [listener, EXTERNAL_ADDRESS],
    ...(TLS === 'self' || TLS_CERT_FILE !== undefined ? { tlsPort: SIP_TLS_PORT } : {}),
  };
}

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value))
    if (typeof inner === 'object' && inner !== null) deepFreeze(inner);
  return Object.freeze(value);
}
