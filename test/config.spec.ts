import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Config, ConfigError, defaultCacheFolder, loadConfig } from '../src/config.ts';

const OWN_SIP: Config['ownSip'] = { port: 5060, domains: [], listeners: ['127.0.0.1'] };

const DEFAULTS: Config = {
  httpPort: 8080,
  httpHost: '127.0.0.1',
  publicUrl: 'http://127.0.0.1:8080',
  mediaUrl: 'http://127.0.0.1:8080',
  trustedProxies: [],
  tls: undefined,
  webPhones: { origins: undefined, mostPerAddress: 10, codecs: ['opus', 'ulaw'] },
  webPhonesOff: undefined,
  ice: { stunUrls: [], turn: undefined },
  databaseUrl: { kind: 'sqlite', path: resolve('data/legwork.sqlite') },
  cluster: undefined,
  secretKeyFile: resolve('data/secret.key'),
  recordingsDir: resolve('data/recordings'),
  dataDir: resolve('data'),
  cacheFolder: '/cache',
  commandEnv: {},
  accountSid: undefined,
  authToken: undefined,
  ari: {
    kind: 'bundled',
    sipHost: '127.0.0.1',
    sipPort: 5060,
    rtpMin: 10000,
    rtpMax: 12000,
    externalAddress: undefined,
    sipTlsPort: 5061,
  },
  ariApp: 'legwork',
  webhookAllow: undefined,
  webhookDeny: undefined,
  ownSip: OWN_SIP,
  sipAllow: [],
  sipDeny: [],
  sipGuessesPerMinute: 10,
  sipSecurityLog: undefined,
  trunkNetworkBits: 24,
  webhookConnectTimeoutMs: 5000,
  webhookTimeoutMs: 15000,
  callbackRetryScheduleS: [1, 5, 30, 120, 600, 3600],
  callbackConcurrency: 64,
  demo: true,
  console: true,
  consoleAccounts: undefined,
  sipTrace: 'off',
  sipTraceDays: 1,
  sipTracePort: 9060,
  hepCollector: undefined,
  drainTimeoutS: 30,
  recordingAuth: true,
  retentionDays: 30,
  sayEngine: 'espeak-ng',
  speechRecognizer: undefined,
  queueMaxSize: 1000,
  queueMaxQueues: 1000,
  metricsQueueNames: false,
  mediaTimeoutS: 60,
  clientOptionsS: 10,
  codecs: ['ulaw', 'alaw', 'g722', 'opus'],
  srtp: 'optional',
  tlsSelf: false,
  maxCallsPerSecond: 50,
  maxCalls: 200,
  amdMax: 50,
  maxStreams: 200,
  logLevel: 'info',
};

const BUNDLED = DEFAULTS.ari as Extract<Config['ari'], { kind: 'bundled' }>;
const SID = `AC${'0123456789abcdef'.repeat(2)}`;
const TOKEN = 'a-token-of-twenty-ch';

type Env = Readonly<Record<string, string>>;

const EFFECTS: readonly (readonly [Env, Partial<Config>])[] = [
  [{ PATH: '/bin', HOME: '/home/me', AUTH: 'x' }, { commandEnv: { PATH: '/bin', HOME: '/home/me' } }],
  [{ HTTP_PORT: '80' }, { httpPort: 80, publicUrl: 'http://127.0.0.1:80', mediaUrl: 'http://127.0.0.1:80' }],
  [{ HTTP_HOST: '0.0.0.0' }, { httpHost: '0.0.0.0' }],
  [{ PUBLIC_URL: 'https://a.example/' }, { publicUrl: 'https://a.example', mediaUrl: 'https://a.example' }],
  [
    { TLS_CERT_FILE: 'c.pem', TLS_KEY_FILE: '/k.pem' },
    {
      tls: { certFile: resolve('c.pem'), keyFile: '/k.pem' },
      publicUrl: 'https://127.0.0.1:8080',
      mediaUrl: 'https://127.0.0.1:8080',
      ownSip: { ...OWN_SIP, tlsPort: 5061 },
    },
  ],
  [{ WEBRTC: 'off' }, { webPhones: undefined, webPhonesOff: 'WEBRTC is off' }],
  [
    {
      WEBRTC_ORIGINS: 'https://a.example, http://localhost:3000',
      WEBRTC_MAX_PER_ADDRESS: '3',
      WEBRTC_CODECS: 'ulaw',
    },
    {
      webPhones: {
        origins: ['https://a.example', 'http://localhost:3000'],
        mostPerAddress: 3,
        codecs: ['ulaw'],
      },
    },
  ],
  [
    {
      STUN_URLS: 'stun:stun.example.com',
      TURN_URLS: 'turn:t.example.com:3478?transport=udp,turns:t.example.com:443?transport=tcp',
      TURN_SECRET: 'north-south-east-west',
      TURN_TTL: '600',
    },
    {
      ice: {
        stunUrls: ['stun:stun.example.com'],
        turn: {
          urls: ['turn:t.example.com:3478?transport=udp', 'turns:t.example.com:443?transport=tcp'],
          secret: 'north-south-east-west',
          ttlS: 600,
        },
      },
    },
  ],
  [{ MEDIA_URL: 'http://10.0.0.1:1' }, { mediaUrl: 'http://10.0.0.1:1' }],
  [{ TRUSTED_PROXIES: '10.0.0.1, 10.1.0.0/16,::1' }, { trustedProxies: ['10.0.0.1', '10.1.0.0/16', '::1'] }],
  [{ DATABASE_URL: 'sqlite:/a/b' }, { databaseUrl: { kind: 'sqlite', path: '/a/b' } }],
  [{ DATABASE_URL: 'postgres://u:p@h/d' }, { databaseUrl: { kind: 'postgres', url: 'postgres://u:p@h/d' } }],
  [
    { DATA_DIR: '/d' },
    {
      dataDir: '/d',
      databaseUrl: { kind: 'sqlite', path: '/d/legwork.sqlite' },
      secretKeyFile: '/d/secret.key',
      recordingsDir: '/d/recordings',
    },
  ],
  [{ SECRET_KEY_FILE: '/etc/legwork.key' }, { secretKeyFile: '/etc/legwork.key' }],
  [{ RECORDINGS_DIR: '/shared' }, { recordingsDir: '/shared' }],
  [
    { CLUSTER: 'on', DATABASE_URL: 'postgres://h/d', NODE_NAME: 'a' },
    {
      databaseUrl: { kind: 'postgres', url: 'postgres://h/d' },
      demo: false,
      cluster: {
        nodeName: 'a',
        nodeUrl: 'http://127.0.0.1:8080',
        ariHost: '127.0.0.1',
        sipAddress: '127.0.0.1:5060',
        sipProxy: undefined,
      },
    },
  ],
  [
    {
      CLUSTER: 'on',
      DATABASE_URL: 'postgres://h/d',
      NODE_NAME: 'node-2',
      NODE_URL: 'http://10.0.0.2:8080/',
      PUBLIC_URL: 'https://voice.example',
      ARI_HOST: '10.0.0.2',
      SIP_ADDRESS: '10.0.0.2:5080',
      SIP_PROXY: 'sip.example:5062',
    },
    {
      webPhones: undefined,
      webPhonesOff: 'clients register at the proxy (SIP_PROXY), which takes no browsers',
      databaseUrl: { kind: 'postgres', url: 'postgres://h/d' },
      publicUrl: 'https://voice.example',
      mediaUrl: 'http://10.0.0.2:8080',
      demo: false,
      cluster: {
        nodeName: 'node-2',
        nodeUrl: 'http://10.0.0.2:8080',
        ariHost: '10.0.0.2',
        sipAddress: '10.0.0.2:5080',
        sipProxy: { host: 'sip.example', port: 5062 },
      },
      ownSip: { ...OWN_SIP, domains: [{ host: 'sip.example', port: 5062 }] },
    },
  ],
  [{ ACCOUNT_SID: SID }, { accountSid: SID }],
  [{ AUTH_TOKEN: TOKEN }, { authToken: TOKEN }],
  [
    { ARI_URL: 'http://h:8088/', ARI_USERNAME: 'u', ARI_PASSWORD: 'p' },
    {
      ari: { kind: 'external', url: 'http://h:8088', username: 'u', password: 'p' },
      webPhones: undefined,
      webPhonesOff: 'Asterisk is your own (ARI_URL): set WEBRTC=on once it is prepared (docs/webrtc.md)',
    },
  ],
  [{ ARI_APP: 'mine' }, { ariApp: 'mine' }],
  [{ SIP_PORT: '5070' }, { ari: { ...BUNDLED, sipPort: 5070 }, ownSip: { ...OWN_SIP, port: 5070 } }],
  [
    { SIP_HOST: '10.0.0.1' },
    { ari: { ...BUNDLED, sipHost: '10.0.0.1' }, ownSip: { ...OWN_SIP, listeners: ['10.0.0.1'] } },
  ],
  [{ RTP_PORT_MIN: '11000' }, { ari: { ...BUNDLED, rtpMin: 11000 } }],
  [{ RTP_PORT_MAX: '11000' }, { ari: { ...BUNDLED, rtpMax: 11000 } }],
  [
    { EXTERNAL_ADDRESS: '192.0.2.1' },
    {
      ari: { ...BUNDLED, externalAddress: '192.0.2.1' },
      ownSip: { ...OWN_SIP, listeners: ['127.0.0.1', '192.0.2.1'] },
    },
  ],
  [{ WEBHOOK_ALLOW: '10.0.0.0/8, app.example' }, { webhookAllow: ['10.0.0.0/8', 'app.example'] }],
  [{ WEBHOOK_DENY: '::1,192.0.2.7' }, { webhookDeny: ['::1', '192.0.2.7'] }],
  [
    { SIP_DOMAINS: 'Voice.example.com, sip.example.com:5070' },
    {
      ownSip: {
        ...OWN_SIP,
        domains: [{ host: 'voice.example.com' }, { host: 'sip.example.com', port: 5070 }],
      },
    },
  ],
  [{ SIP_ALLOW: '10.0.0.0/8, pbx.example' }, { sipAllow: ['10.0.0.0/8', 'pbx.example'] }],
  [{ SIP_DENY: '::1,192.0.2.7' }, { sipDeny: ['::1', '192.0.2.7'] }],
  [{ SIP_GUESSES_PER_MINUTE: '0' }, { sipGuessesPerMinute: 0 }],
  [{ SIP_SECURITY_LOG: '/logs/security' }, { sipSecurityLog: '/logs/security' }],
  [{ TRUNK_NETWORK_BITS: '29' }, { trunkNetworkBits: 29 }],
  [{ WEBHOOK_CONNECT_TIMEOUT_MS: '1' }, { webhookConnectTimeoutMs: 1 }],
  [{ WEBHOOK_TIMEOUT_MS: '2' }, { webhookTimeoutMs: 2 }],
  [{ CALLBACK_RETRY_SCHEDULE_S: '1, 2' }, { callbackRetryScheduleS: [1, 2] }],
  [{ CALLBACK_CONCURRENCY: '256' }, { callbackConcurrency: 256 }],
  [{ DEMO: 'off' }, { demo: false }],
  [{ CONSOLE: 'off' }, { console: false }],
  [{ CONSOLE_ACCOUNTS: `${SID}, ${SID}` }, { consoleAccounts: [SID, SID] }],
  [{ SIP_TRACE: 'problems' }, { sipTrace: 'problems' }],
  [{ SIP_TRACE_DAYS: '3' }, { sipTraceDays: 3 }],
  [{ SIP_TRACE_PORT: '9063' }, { sipTracePort: 9063 }],
  [
    { HEP_SERVER: 'homer.example:9060' },
    { hepCollector: { host: 'homer.example', port: 9060, captureId: 2001, password: undefined } },
  ],
  [
    { HEP_SERVER: '[::1]:9060', HEP_CAPTURE_ID: '7', HEP_PASSWORD: 'myHep' },
    { hepCollector: { host: '::1', port: 9060, captureId: 7, password: 'myHep' } },
  ],
  [{ DRAIN_TIMEOUT_S: '0' }, { drainTimeoutS: 0 }],
  [{ RECORDING_AUTH: 'off' }, { recordingAuth: false }],
  [{ RETENTION_DAYS: '7' }, { retentionDays: 7 }],
  [{ SAY_ENGINE: 'http://tts.example' }, { sayEngine: 'http://tts.example' }],
  [{ SPEECH_RECOGNIZER: '/usr/bin/hear' }, { speechRecognizer: '/usr/bin/hear' }],
  [{ MEDIA_TIMEOUT_S: '0' }, { mediaTimeoutS: 0 }],
  [{ QUEUE_MAX_SIZE: '5000' }, { queueMaxSize: 5000 }],
  [{ QUEUE_MAX_QUEUES: '7' }, { queueMaxQueues: 7 }],
  [{ METRICS_QUEUE_NAMES: 'on' }, { metricsQueueNames: true }],
  [{ MAX_CALLS_PER_SECOND: '5' }, { maxCallsPerSecond: 5 }],
  [{ MAX_CALLS: '6' }, { maxCalls: 6 }],
  [{ LOG_LEVEL: 'debug' }, { logLevel: 'debug' }],
  [{ HTTP_PORT: '' }, {}],
];

const WHOLE = (least: number, most: number) => `must be a whole number from ${least} to ${most}`;
const URL_RULE = 'must be an http:// or https:// URL without user, query or fragment';
const NETWORKS = 'must be CIDRs (10.0.0.0/8), addresses or host names separated by commas';
const ADDRESSES = 'must be addresses or networks (10.0.0.0/8) separated by commas';

const REFUSALS: readonly (readonly [Env, string])[] = [
  [{ HTTP_PORT: '0' }, `HTTP_PORT="0": ${WHOLE(1, 65535)}`],
  [{ HTTP_PORT: '8080x' }, `HTTP_PORT="8080x": ${WHOLE(1, 65535)}`],
  [{ HTTP_HOST: 'here' }, 'HTTP_HOST="here": must be an IP address'],
  [{ PUBLIC_URL: 'ftp://a' }, `PUBLIC_URL="ftp://a": ${URL_RULE}`],
  [{ MEDIA_URL: 'a' }, `MEDIA_URL="a": ${URL_RULE}`],
  [
    { DATABASE_URL: 'mysql://root:secret@h/d' },
    'DATABASE_URL: must be sqlite:<path> or postgres://user:password@host:port/database',
  ],
  [{ TLS_CERT_FILE: 'c' }, 'TLS_KEY_FILE: must be set together with TLS_CERT_FILE'],
  [{ TLS_KEY_FILE: 'k' }, 'TLS_CERT_FILE: must be set together with TLS_KEY_FILE'],
  [{ WEBRTC: 'yes' }, 'WEBRTC="yes": must be on or off'],
  [
    { WEBRTC_ORIGINS: 'https://a.example/' },
    'WEBRTC_ORIGINS="https://a.example/": must be origins such as https://example.com, separated by commas',
  ],
  [{ WEBRTC_MAX_PER_ADDRESS: '0' }, `WEBRTC_MAX_PER_ADDRESS="0": ${WHOLE(1, 1000)}`],
  [
    { WEBRTC_CODECS: 'opus,vp8' },
    'WEBRTC_CODECS="opus,vp8": must be opus, ulaw, alaw or g722, separated by commas',
  ],
  [
    { STUN_URLS: 'stun.example.com' },
    'STUN_URLS="stun.example.com": must be STUN URLs such as stun:stun.example.com:3478, separated by commas',
  ],
  [
    { TURN_URLS: 'turn:a b', TURN_SECRET: 'north-south-east-west' },
    'TURN_URLS="turn:a b": must be TURN URLs such as turn:turn.example.com:3478?transport=udp, separated by commas',
  ],
  [{ TURN_URLS: 'turn:a.example' }, 'TURN_SECRET: must be set together with TURN_URLS'],
  [{ TURN_SECRET: 'north-south-east-west' }, 'TURN_URLS: must be set together with TURN_SECRET'],
  [
    { TURN_URLS: 'turn:a.example', TURN_SECRET: 'short' },
    'TURN_SECRET: must be 16 to 256 visible ASCII characters',
  ],
  [{ TURN_TTL: '1' }, `TURN_TTL="1": ${WHOLE(600, 86400)}`],
  [{ CLUSTER: 'yes' }, 'CLUSTER="yes": must be on or off'],
  [
    { CLUSTER: 'on', NODE_NAME: 'a' },
    'CLUSTER="on": needs DATABASE_URL=postgres://…, the same on every node',
  ],
  [
    { CLUSTER: 'on', NODE_NAME: 'a', DATABASE_URL: 'sqlite:/d' },
    'CLUSTER="on": needs DATABASE_URL=postgres://…, the same on every node',
  ],
  [{ NODE_NAME: 'Node_1' }, 'NODE_NAME="Node_1": must be 1 to 32 lower case letters, digits and "-"'],
  [{ NODE_URL: 'node-1:8080' }, `NODE_URL="node-1:8080": ${URL_RULE}`],
  [{ ARI_HOST: 'node-1' }, 'ARI_HOST="node-1": must be an IP address'],
  [{ SIP_PROXY: '10.0.0.1:5060' }, 'SIP_PROXY="10.0.0.1:5060": needs CLUSTER=on'],
  [{ SIP_ADDRESS: '10.0.0.1' }, 'SIP_ADDRESS="10.0.0.1": must be host:port, such as 10.0.0.5:5060'],
  [{ ACCOUNT_SID: 'AC1' }, 'ACCOUNT_SID="AC1": must be AC and 32 characters from 0-9a-f'],
  [{ AUTH_TOKEN: 'short' }, 'AUTH_TOKEN: must be 16 to 128 visible ASCII characters'],
  [{ ARI_URL: 'h:8088', ARI_USERNAME: 'u', ARI_PASSWORD: 'p' }, `ARI_URL: ${URL_RULE}`],
  [{ ARI_URL: 'http://h', ARI_PASSWORD: 'p' }, 'ARI_USERNAME: must be set together with ARI_URL'],
  [{ ARI_URL: 'http://h', ARI_USERNAME: 'u' }, 'ARI_PASSWORD: must be set together with ARI_URL'],
  [{ ARI_APP: 'a,b' }, 'ARI_APP="a,b": must be 1 to 64 letters, digits, _ or -'],
  [{ SIP_PORT: '65536' }, `SIP_PORT="65536": ${WHOLE(1, 65535)}`],
  [{ SIP_HOST: 'pbx' }, 'SIP_HOST="pbx": must be an IP address'],
  [{ RTP_PORT_MIN: '-1' }, `RTP_PORT_MIN="-1": ${WHOLE(1, 65535)}`],
  [
    { RTP_PORT_MAX: '9999' },
    'RTP_PORT_MAX="9999": must be above RTP_PORT_MIN (10000); a leg takes two ports',
  ],
  [{ EXTERNAL_ADDRESS: 'me' }, 'EXTERNAL_ADDRESS="me": must be an IP address'],
  [{ WEBHOOK_ALLOW: '10.0.0.0/33' }, `WEBHOOK_ALLOW="10.0.0.0/33": ${NETWORKS}`],
  ...['10.0.0.0/33', '0.0.0.0/0', '10.0.0.1:80', 'proxy', '::ffff:10.0.0.1', ','].map(
    (TRUSTED_PROXIES) => [{ TRUSTED_PROXIES }, `TRUSTED_PROXIES="${TRUSTED_PROXIES}": ${ADDRESSES}`] as const,
  ),
  [{ WEBHOOK_DENY: '10/8' }, `WEBHOOK_DENY="10/8": ${NETWORKS}`],
  [
    { SIP_DOMAINS: 'sip:example.com' },
    'SIP_DOMAINS="sip:example.com": must be host names separated by commas, such as voice.example.com or voice.example.com:5070',
  ],
  [{ SIP_ALLOW: '10.0.0.0/33' }, `SIP_ALLOW="10.0.0.0/33": ${NETWORKS}`],
  [{ SIP_DENY: '10/8' }, `SIP_DENY="10/8": ${NETWORKS}`],
  [{ SIP_GUESSES_PER_MINUTE: '-1' }, `SIP_GUESSES_PER_MINUTE="-1": ${WHOLE(0, 10000)}`],
  [{ TRUNK_NETWORK_BITS: '33' }, `TRUNK_NETWORK_BITS="33": ${WHOLE(1, 32)}`],
  [{ SAY_ENGINE: "speak 'x" }, 'SAY_ENGINE has a quote that is not closed'],
  [{ WEBHOOK_DENY: '10.0.0.256' }, `WEBHOOK_DENY="10.0.0.256": ${NETWORKS}`],
  [{ WEBHOOK_CONNECT_TIMEOUT_MS: '0' }, `WEBHOOK_CONNECT_TIMEOUT_MS="0": ${WHOLE(1, 600000)}`],
  [{ WEBHOOK_TIMEOUT_MS: '1.5' }, `WEBHOOK_TIMEOUT_MS="1.5": ${WHOLE(1, 600000)}`],
  [{ CALLBACK_CONCURRENCY: '257' }, 'CALLBACK_CONCURRENCY="257": must be a whole number from 1 to 256'],
  [
    { CALLBACK_RETRY_SCHEDULE_S: '1,,5' },
    'CALLBACK_RETRY_SCHEDULE_S="1,,5": must be whole seconds (1 to 999999) separated by commas, such as 1,5,30',
  ],
  [{ DEMO: 'yes' }, 'DEMO="yes": must be on or off'],
  [{ CONSOLE: '1' }, 'CONSOLE="1": must be on or off'],
  [
    { CONSOLE_ACCOUNTS: `${SID},bob` },
    `CONSOLE_ACCOUNTS="${SID},bob": must be AccountSids (AC and 32 characters from 0-9a-f) separated by commas`,
  ],
  [{ SIP_TRACE: 'on' }, 'SIP_TRACE="on": must be one of off, problems, all'],
  [{ HEP_SERVER: 'homer' }, 'HEP_SERVER="homer": must be host:port, such as 10.0.0.9:9060'],
  [{ HEP_CAPTURE_ID: '0' }, `HEP_CAPTURE_ID="0": ${WHOLE(1, 4_294_967_295)}`],
  [{ SIP_TRACE_DAYS: '0' }, `SIP_TRACE_DAYS="0": ${WHOLE(1, 365)}`],
  [{ DRAIN_TIMEOUT_S: 'soon' }, `DRAIN_TIMEOUT_S="soon": ${WHOLE(0, 86400)}`],
  [{ RECORDING_AUTH: 'true' }, 'RECORDING_AUTH="true": must be on or off'],
  [{ RETENTION_DAYS: '0' }, `RETENTION_DAYS="0": ${WHOLE(1, 36500)}`],
  [{ MEDIA_TIMEOUT_S: '2m' }, `MEDIA_TIMEOUT_S="2m": ${WHOLE(0, 86400)}`],
  [{ QUEUE_MAX_SIZE: '5001' }, `QUEUE_MAX_SIZE="5001": ${WHOLE(1, 5000)}`],
  [{ MAX_CALLS_PER_SECOND: '0' }, `MAX_CALLS_PER_SECOND="0": ${WHOLE(1, 10000)}`],
  [{ MAX_CALLS: '0' }, `MAX_CALLS="0": ${WHOLE(1, 100000)}`],
  [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL="loud": must be one of trace, debug, info, warn, error, fatal, silent'],
];

describe('Settings', () => {
  const CACHE = { LEGWORK_CACHE: '/cache' };

  it('have a default each', () => {
    assert.deepEqual(loadConfig(CACHE), DEFAULTS);
  });

  for (const [env, effect] of EFFECTS) {
    it(`take ${JSON.stringify(env)}`, () => {
      assert.deepEqual(loadConfig({ ...CACHE, ...env }), { ...DEFAULTS, ...effect });
    });
  }

  for (const [env, problem] of REFUSALS) {
    it(`refuse ${JSON.stringify(env)}`, () => {
      assert.deepEqual(problemsOf(env), [problem]);
    });
  }

  it('that are wrong are all named at once, those that disagree too', () => {
    assert.deepEqual(problemsOf({ HTTP_PORT: 'x', DEMO: '1', RTP_PORT_MAX: '1', ARI_URL: 'http://h' }), [
      `HTTP_PORT="x": ${WHOLE(1, 65535)}`,
      'DEMO="1": must be on or off',
      'RTP_PORT_MAX="1": must be above RTP_PORT_MIN (10000); a leg takes two ports',
      'ARI_USERNAME: must be set together with ARI_URL',
      'ARI_PASSWORD: must be set together with ARI_URL',
    ]);
  });

  it('cannot be changed afterwards', () => {
    const config = loadConfig({});
    assert.ok(Object.isFrozen(config) && Object.isFrozen(config.ari));
    assert.ok(Object.isFrozen(config.callbackRetryScheduleS));
  });

  it('keep fetched packages in LEGWORK_CACHE or in the usual cache folder of the user', () => {
    assert.equal(defaultCacheFolder({ LEGWORK_CACHE: '/c' }), '/c');
    const root = process.getuid?.() === 0;
    assert.equal(defaultCacheFolder({ XDG_CACHE_HOME: '/x' }), root ? '/var/cache/legwork' : '/x/legwork');
    assert.equal(defaultCacheFolder({}), root ? '/var/cache/legwork' : join(homedir(), '.cache/legwork'));
  });
});

function problemsOf(env: Env): readonly string[] {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}
