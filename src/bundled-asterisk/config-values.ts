import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { TemplateValues } from './config-files.ts';
import type { HepAccess } from './hep-access.ts';
import { WEB_PHONE_ADDRESS } from '../call/routing/sip-names.ts';

/** The settings on which a bundled Asterisk's configuration depends. */
export interface BundledSettings {
  readonly sipHost: string;
  readonly sipPort: number;
  readonly rtpMin: number;
  readonly rtpMax: number;
  readonly externalAddress?: string | undefined;
  /** The Stasis application that calls are handed to. */
  readonly ariApp: string;
  readonly maxCalls: number;
  /** Browser phones; undefined: there are none. */
  readonly webPhones?: WebPhoneValues | undefined;
  /** Of phones and trunks, the preferred one first; undefined: G.711 alone. */
  readonly codecs?: readonly string[] | undefined;
  /** Undefined: no SIP over TLS. */
  readonly tls?: SipTls | undefined;
  /** Networks whose peers are given our own addresses; by default loopback and the private networks. */
  readonly localNets?: readonly string[] | undefined;
  /** Where each SIP message is sent, on this machine; undefined: nowhere. */
  readonly hep?: HepAccess | undefined;
}

export interface WebPhoneValues {
  /** `host:port` of the server that Asterisk asks for its own public address. */
  readonly stunServer: string | undefined;
}

/** SIP over TLS: its port, and the files of the certificate with its chain, and of its key. */
export interface SipTls {
  readonly port: number;
  readonly certFile: string;
  readonly keyFile: string;
}

/** Where ARI listens and who may use it. */
export interface AriListener {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  /** Address and mask. */
  readonly permit: string;
}

/** The folders that an Asterisk uses. */
export interface AsteriskPaths {
  readonly etcDir: string;
  readonly moduleDir: string;
  readonly dataDir: string;
  readonly stateDir: string;
  readonly runDir: string;
}

/** Channels per call: a caller, a few phones that ring at once, and a recorder. */
const CHANNELS_PER_CALL = 6;
const MAX_FILES = 65_536;
/** Peers in these networks are given our own addresses, whatever EXTERNAL_ADDRESS says. */
const LOCAL_NETS = ['127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'];

const ANY_ADDRESS = ['0.0.0.0', '::'];
/** RFC 5737: an address that belongs to nobody. */
const SOMEWHERE = '192.0.2.1';
const ANY_PORT = 9;
/** What it is bound to counts for nothing: http.conf says where it listens. */
const WEB_PHONE_TRANSPORT = ['[ws](transport)', 'protocol = ws'];

/** The values of the placeholders in `asterisk-config/`. */
export async function configValues(
  paths: AsteriskPaths,
  ari: AriListener,
  settings: BundledSettings,
): Promise<TemplateValues> {
  return {
    etc_dir: paths.etcDir,
    module_dir: paths.moduleDir,
    data_dir: paths.dataDir,
    state_dir: paths.stateDir,
    run_dir: paths.runDir,
    system_name: 'legwork',
    max_files: Math.min(MAX_FILES, await openFilesLimit()),
    max_channels: settings.maxCalls * CHANNELS_PER_CALL,
    ari_host: ari.host,
    ari_port: ari.port,
    ari_username: ari.username,
    ari_password: ari.password,
    ari_permit: ari.permit,
    stasis_app: settings.ariApp,
    sip_host: settings.sipHost,
    sip_port: settings.sipPort,
    rtp_min: settings.rtpMin,
    rtp_max: settings.rtpMax,
    web_phone_permit: ari.host === '127.0.0.1' ? `${WEB_PHONE_ADDRESS}/255.255.255.255` : ari.permit,
    web_phone_modules: settings.webPhones === undefined ? [] : ['load = res_pjsip_transport_websocket.so'],
    web_phone_transport: settings.webPhones === undefined ? [] : WEB_PHONE_TRANSPORT,
    ice: await iceLines(settings),
    external_address: externalAddressLines(settings.externalAddress, settings.localNets ?? LOCAL_NETS),
    media_address: mediaAddressLines(settings.sipHost),
    ...hepValues(settings.hep),
    codecs: (settings.codecs ?? ['ulaw', 'alaw']).join(','),
    tls_transport: tlsLines(settings),
  };
}

/**
 * Binds media to the address of SIP. On the wildcard address Asterisk would look up the host's own name for every call,
 * which takes seconds if that name cannot be resolved.
 */
export function mediaAddressLines(sipHost: string): readonly string[] {
  if (ANY_ADDRESS.includes(sipHost)) return [];
  return [`media_address = ${sipHost}`, 'bind_rtp_to_media_address = yes'];
}

function hepValues(hep: HepAccess | undefined): TemplateValues {
  if (hep === undefined) return { hep_enabled: 'no', hep_destination: [], hep_modules: [] };
  return {
    hep_enabled: 'yes',
    hep_destination: [`capture_address = 127.0.0.1:${hep.port}`, `capture_password = ${hep.password}`],
    hep_modules: ['load = res_hep.so', 'load = res_hep_pjsip.so'],
  };
}

function externalAddressLines(address: string | undefined, localNets: readonly string[]): readonly string[] {
  if (address === undefined) return [];
  return [
    `external_signaling_address = ${address}`,
    `external_media_address = ${address}`,
    ...localNets.map((net) => `local_net = ${net}`),
  ];
}

/**
 * The address that browsers are told to send media to: EXTERNAL_ADDRESS in the place of our own one; without it, also the
 * one that a STUN server sees.
 */
async function iceLines(settings: BundledSettings): Promise<readonly string[]> {
  const { externalAddress, sipHost, webPhones } = settings;
  if (webPhones === undefined) return [];
  if (externalAddress === undefined) {
    return webPhones.stunServer === undefined ? [] : [`stunaddr = ${webPhones.stunServer}`];
  }
  const own = ANY_ADDRESS.includes(sipHost) ? await outgoingAddress() : sipHost;
  if (own === undefined || own === externalAddress) return [];
  return ['[ice_host_candidates]', `${own} => ${externalAddress}`];
}

/** The address of this machine from which it reaches others; nothing is sent. Undefined without a network. */
async function outgoingAddress(): Promise<string | undefined> {
  const socket = createSocket('udp4');
  try {
    socket.connect(ANY_PORT, SOMEWHERE);
    await once(socket, 'connect');
    return socket.address().address;
  } catch {
    return undefined;
  } finally {
    socket.close();
  }
}

function tlsLines({ sipHost, tls, ...settings }: BundledSettings): readonly string[] {
  if (tls === undefined) return [];
  return [
    '[tls]',
    'type = transport',
    'protocol = tls',
    `bind = ${sipHost}:${tls.port}`,
    `cert_file = ${tls.certFile}`,
    `priv_key_file = ${tls.keyFile}`,
    // TLS 1.2 and 1.3; older ones are refused.
    'method = tlsv1_2',
    ...externalAddressLines(settings.externalAddress, settings.localNets ?? LOCAL_NETS),
  ];
}

/** The hard limit of open files, beyond which Asterisk cannot raise its own limit. */
async function openFilesLimit(): Promise<number> {
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '');
  const hard = Number(/^Max open files\s+\S+\s+(\S+)/m.exec(limits)?.[1]);
  return Number.isFinite(hard) ? hard : MAX_FILES;
}
