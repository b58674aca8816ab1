// How many inbound calls per second Legwork takes on this machine, with SIPp as the caller, a document request and
// three status callbacks for each call, everything on SQLite. Run: npx tsx bench/inbound-calls.ts [rates] [seconds]
// By default the rates are 10,20,30,40,60, for 10 s each. Prints one line per rate; compare only lines of the same run.
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pickFreePort } from '../src/bundled-asterisk/ports.ts';
import { systemClock } from '../src/clock.ts';
import { defaultCacheFolder } from '../src/config.ts';
import { ensurePackages } from '../src/bundled-asterisk/debian/debian-packages.ts';
import { TEST_PACKAGES } from '../src/bundled-asterisk/debian/package-sets.ts';
import { privateProgram } from '../src/bundled-asterisk/debian/private-program.ts';
import { ApplicationServer } from '../test/support/application-server.ts';
import { LegworkProcess } from '../test/support/legwork-process.ts';

const CALLER_HOST = '127.0.0.9';
const NUMBER = '2000';

/** Measures the time from INVITE to 200; the other side hangs up. */
const SCENARIO = `<?xml version="1.0"?>
<scenario name="inbound">
  <send retrans="500" start_rtd="1"><![CDATA[
    INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
    Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
    From: <sip:bench@[local_ip]:[local_port]>;tag=[call_number]
    To: <sip:[service]@[remote_ip]:[remote_port]>
    Call-ID: [call_id]
    CSeq: 1 INVITE
    Contact: <sip:bench@[local_ip]:[local_port]>
    Max-Forwards: 70
    Content-Type: application/sdp
    Content-Length: [len]

    v=0
    o=bench 1 1 IN IP4 [local_ip]
    s=-
    c=IN IP4 [local_ip]
    t=0 0
    m=audio [media_port] RTP/AVP 0
    a=rtpmap:0 PCMU/8000
  ]]></send>
  <recv response="100" optional="true"/>
  <recv response="180" optional="true"/>
  <recv response="200" rtd="1"/>
  <send><![CDATA[
    ACK sip:[service]@[remote_ip]:[remote_port] SIP/2.0
    Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
    From: <sip:bench@[local_ip]:[local_port]>;tag=[call_number]
    To: <sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]
    Call-ID: [call_id]
    CSeq: 1 ACK
    Max-Forwards: 70
    Content-Length: 0

  ]]></send>
  <recv request="BYE"/>
  <send><![CDATA[
    SIP/2.0 200 OK
    [last_Via:]
    [last_From:]
    [last_To:]
    [last_Call-ID:]
    [last_CSeq:]
    Content-Length: 0

  ]]></send>
</scenario>
`;

const rates = (process.argv[2] ?? '10,20,30,40,60').split(',').map(Number);
const seconds = Number(process.argv[3] ?? 10);
const folder = await mkdtemp(join(tmpdir(), 'legwork-bench-'));
const legwork = await LegworkProcess.prepare({
  LOG_LEVEL: 'error',
  MAX_CALLS_PER_SECOND: '1000',
  MAX_CALLS: '5000',
});
const app = await ApplicationServer.start();
try {
  await legwork.start();
  app.reply('/voice', '<Response><Play digits="ww"/><Hangup/></Response>');
  app.reply('/number', { status: 204 });
  await legwork.rest('POST', '/SipTrunks.json', { FriendlyName: 'bench', Host: CALLER_HOST });
  await legwork.rest('POST', '/IncomingPhoneNumbers.json', {
    PhoneNumber: NUMBER,
    VoiceUrl: app.url('/voice'),
    StatusCallback: app.url('/number'),
  });
  await writeFile(join(folder, 'inbound.xml'), SCENARIO);
  console.log('calls/s  calls  answered  p50 ms  p95 ms  p99 ms  callbacks missing  load');
  for (const rate of rates) await measure(rate);
} finally {
  await legwork.stop();
  await legwork.remove();
  await app.stop();
  await rm(folder, { recursive: true });
}

async function measure(rate: number): Promise<void> {
  const calls = rate * seconds;
  app.requests.length = 0;
  await runSipp(rate, calls);
  await legwork.quiet();
  const times = await responseTimes();
  const at = (share: number) =>
    (times[Math.floor(times.length * share)] ?? Number.NaN).toFixed(1).padStart(7);
  const told = app.to('/number').length;
  const columns = [
    String(rate).padStart(7),
    String(calls).padStart(6),
    String(times.length).padStart(9),
    at(0.5),
    at(0.95),
    at(0.99),
    String(times.length * 3 - told).padStart(18),
    (loadavg()[0] ?? 0).toFixed(2).padStart(5),
  ];
  console.log(columns.join(' '));
}

async function runSipp(rate: number, calls: number): Promise<void> {
  const tests = await ensurePackages(TEST_PACKAGES, {
    cacheFolder: defaultCacheFolder(),
    clock: systemClock,
    progress: console.log,
  });
  const sipp = await privateProgram(tests, 'usr/bin/sipp');
  const { host, port } = legwork.sip;
  const options = {
    '-sf': join(folder, 'inbound.xml'),
    '-i': CALLER_HOST,
    '-mi': CALLER_HOST,
    '-p': String(await pickFreePort(CALLER_HOST)),
    '-s': NUMBER,
    '-r': String(rate),
    '-m': String(calls),
    '-rtt_freq': '1',
    '-recv_timeout': '40000',
    '-timeout': `${seconds + 60}s`,
  };
  const args = [...sipp.args, '-nostdin', '-trace_rtt', ...Object.entries(options).flat(), `${host}:${port}`];
  await new Promise<void>((resolve) => {
    const child = spawn(sipp.command, args, { cwd: folder, env: sipp.env, stdio: 'ignore' });
    // SIPp does not always end by -timeout.
    const stop = setTimeout(() => child.kill('SIGKILL'), (seconds + 90) * 1000);
    child.on('exit', () => {
      clearTimeout(stop);
      resolve();
    });
  });
}

/** Milliseconds from INVITE to 200 of the answered calls, ascending. */
async function responseTimes(): Promise<readonly number[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('_rtt.csv'));
  const times: number[] = [];
  for (const name of files) {
    const lines = (await readFile(join(folder, name), 'utf8')).trim().split('\n').slice(1);
    times.push(...lines.map((line) => Number(line.split(';')[1])));
    await rm(join(folder, name));
  }
  return times.toSorted((a, b) => a - b);
}
