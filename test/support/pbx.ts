import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findAsterisk } from '../../src/bundled-asterisk/asterisk-program.ts';
import { isSipAlive } from '../../src/bundled-asterisk/sip-health.ts';
import { systemClock } from '../../src/clock.ts';
import { defaultCacheFolder } from '../../src/config.ts';
import { ownPort, ownRtpRange } from './own-ports.ts';
import { waitUntil } from './wait-until.ts';
import { wavOf } from './wav.ts';

/** An ordinary PBX: a second Asterisk with extensions, a desk phone's account, and Legwork as a peer and as an account. */
export interface Pbx {
  readonly host: string;
  readonly port: number;
  /** The desk phone that may register there. */
  readonly deskPhone: { readonly name: string; readonly password: string };
  /** What a trunk of Legwork's that registers there needs. */
  readonly account: { readonly username: string; readonly password: string };
  stop(): Promise<void>;
}

/** What the PBX plays to who is held. */
export const MUSIC_HZ = 941;
const HOST = '127.0.0.2';

const MODULES = `res_sorcery_config res_sorcery_memory res_sorcery_astdb res_timing_timerfd res_crypto pbx_config
res_pjproject res_pjsip res_pjsip_session res_pjsip_pubsub res_pjsip_sdp_rtp res_pjsip_authenticator_digest
res_pjsip_outbound_authenticator_digest res_pjsip_endpoint_identifier_user res_pjsip_endpoint_identifier_ip
res_pjsip_registrar res_pjsip_nat res_pjsip_caller_id res_pjsip_rfc3326 res_pjsip_diversion res_pjsip_dtmf_info
chan_pjsip res_rtp_asterisk res_musiconhold codec_ulaw codec_alaw codec_resample format_wav format_pcm format_sln
bridge_simple bridge_native_rtp bridge_softmix app_dial app_echo app_transfer app_playtones app_verbose func_callerid func_channel
func_logic res_indications`;

// The recipe of docs/pbx.md, with the extensions that the stories need.
const pjsip = (port: number, legwork: { host: string; port: number }) => `
[global]
type = global
user_agent = OrdinaryPBX
endpoint_identifier_order = username,ip
[udp]
type = transport
protocol = udp
bind = ${HOST}:${port}

[endpoint](!)
type = endpoint
disallow = all
allow = ulaw,alaw
direct_media = no
media_address = ${HOST}
bind_rtp_to_media_address = yes

[legwork](endpoint)
context = from-legwork
aors = legwork
send_pai = yes
trust_id_outbound = yes
[legwork]
type = aor
contact = sip:${legwork.host}:${legwork.port}
qualify_frequency = 5
[legwork]
type = identify
endpoint = legwork
match = ${legwork.host}:${legwork.port}

[lwacct](endpoint)
context = from-legwork
aors = lwacct
auth = lwacct
[lwacct]
type = auth
auth_type = userpass
username = lwacct
password = s3cret-trunk
[lwacct]
type = aor
max_contacts = 2

[2020](endpoint)
context = internal
aors = 2020
auth = 2020
[2020]
type = auth
auth_type = userpass
username = 2020
password = desk2020
[2020]
type = aor
max_contacts = 2
`;

const EXTENSIONS = `
[general]
static = yes
[from-legwork]
exten => 2001,1,Answer()
 same => n,Echo()
exten => 2003,1,Hangup(17)
exten => 2004,1,Hangup(19)
exten => 2005,1,Hangup(1)
exten => 2006,1,Hangup(34)
exten => 2007,1,Progress()
 same => n,Playtones(852)
 same => n,Wait(4)
 same => n,Hangup(17)
exten => 2008,1,Transfer(PJSIP/sip:2001@127.0.0.99)
exten => 2009,1,Wait(3)
 same => n,Answer()
 same => n,Echo()
exten => 2020,1,Dial(PJSIP/2020,20)
[internal]
exten => _5XXX,1,Dial(PJSIP/\${EXTEN}@legwork,30)
exten => 9,1,Dial(PJSIP/lwacct,30)
`;

/** Starts a PBX of the test's own. */
export async function startPbx(legwork: { readonly host: string; readonly port: number }): Promise<Pbx> {
  const program = await findAsterisk({
    cacheFolder: defaultCacheFolder(),
    clock: systemClock,
    progress: () => undefined,
  });
  const dir = await mkdtemp(join(tmpdir(), 'legwork-pbx-'));
  const port = await ownPort();
  const { rtpMin, rtpMax } = await ownRtpRange();
  for (const folder of ['etc', 'lib', 'spool', 'log', 'run', 'moh']) await mkdir(join(dir, folder));
  await writeFile(join(dir, 'moh/music.wav'), wavOf(MUSIC_HZ, 5));
  const files = {
    'asterisk.conf': `[directories]
astetcdir => ${dir}/etc
astmoddir => ${program.moduleDir}
astdatadir => ${program.dataDir}
astvarlibdir => ${dir}/lib
astdbdir => ${dir}/lib
astkeydir => ${dir}/lib
astspooldir => ${dir}/spool
astlogdir => ${dir}/log
astrundir => ${dir}/run
[options]
transmit_silence = yes
`,
    'modules.conf': `[modules]\nautoload = no\n${MODULES.split(/\s+/)
      .map((name) => `load = ${name}.so`)
      .join('\n')}\n`,
    'pjsip.conf': pjsip(port, legwork),
    'extensions.conf': EXTENSIONS,
    'rtp.conf': `[general]\nrtpstart = ${rtpMin}\nrtpend = ${rtpMax}\n`,
    'musiconhold.conf': `[default]\nmode = files\ndirectory = ${dir}/moh\n`,
    'logger.conf': '[logfiles]\nmessages => notice,warning,error\n',
    'indications.conf':
      '[general]\ncountry = us\n[us]\nringcadence = 2000,4000\nring = 440+480/2000,0/4000\n',
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(dir, 'etc', name), text);
  const { command, args, env } = program.tool;
  const asterisk = spawn(command, [...args, '-C', join(dir, 'etc/asterisk.conf'), '-f'], {
    stdio: 'ignore',
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...env },
  });
  await waitUntil('the PBX answers', () => isSipAlive({ host: HOST, port }, systemClock));
  return {
    host: HOST,
    port,
    deskPhone: { name: '2020', password: 'desk2020' },
    account: { username: 'lwacct', password: 's3cret-trunk' },
    async stop() {
      if (asterisk.exitCode !== null || asterisk.signalCode !== null) return;
      asterisk.kill('SIGKILL');
      await once(asterisk, 'exit');
      await rm(dir, { recursive: true, force: true });
    },
  };
}
