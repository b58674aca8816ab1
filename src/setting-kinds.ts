import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';
import { readSipAddress } from './call/routing/sip-address.ts';
import { parseNetwork } from './api/sip-trunks/networks.ts';
import { isEgressRule } from './webhooks/egress.ts';

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** How much is logged. */
export type LogLevel = (typeof LOG_LEVELS)[number];

export const NODE_NAME_RULE = 'is not 1 to 32 lower case letters, digits and "-"';

/** Whether a node may have this name. */
export function isNodeName(name: string): boolean {
  return /^[a-z0-9-]{1,32}$/.test(name);
}

/** The name of a node among others. */
export function nodeName() {
  return z.string().refine(isNodeName, 'must be 1 to 32 lower case letters, digits and "-"').optional();
}

/** `host:port`; IPv6 addresses in brackets. */
export function hostAndPort(example: string) {
  return z
    .string()
    .regex(/^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+):\d{1,5}$/, `must be host:port, such as ${example}`)
    .optional();
}

/** A TCP or UDP port. */
export const port = (standard: number) => whole(standard, { least: 1, most: 65_535 });

/** A whole number between two bounds. */
export function whole(standard: number, bounds: { readonly least: number; readonly most: number }) {
  const allowed = `must be a whole number from ${bounds.least} to ${bounds.most}`;
  return z
    .string()
    .refine((text) => /^\d+$/.test(text) && +text >= bounds.least && +text <= bounds.most, allowed)
    .transform(Number)
    .default(standard);
}

/** Seconds, separated by commas. */
export function seconds(standard: readonly number[]) {
  return z
    .string()
    .refine(
      (text) => text.split(',').every((part) => /^\s*[1-9]\d{0,5}\s*$/.test(part)),
      'must be whole seconds (1 to 999999) separated by commas, such as 1,5,30',
    )
    .transform((text): readonly number[] => text.split(',').map(Number))
    .default([...standard]);
}

/** `on`, `off`, or undefined. */
export function onOffOrNothing() {
  return z
    .string()
    .refine((text) => text === 'on' || text === 'off', 'must be on or off')
    .transform((text) => text === 'on')
    .optional();
}

/** Words separated by commas, each of which `accepts` allows. */
export function words(must: string, accepts: (word: string) => boolean) {
  return z
    .string()
    .transform((list): readonly string[] => list.split(',').map((word) => word.trim()))
    .refine((list) => list.every(accepts), `must be ${must}, separated by commas`)
    .optional();
}

/** `https://example.com`: scheme, host, and the port unless it is the usual one. */
export function origins() {
  return words('origins such as https://example.com', (word) => {
    return (
      /^https?:$/.test(URL.canParse(word) ? new URL(word).protocol : '') && new URL(word).origin === word
    );
  });
}

const HOST_AND_PORT = '(?:[A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+\\])(?::\\d{1,5})?';

/** RFC 7064. */
export function stunUrls() {
  const pattern = new RegExp(`^stuns?:${HOST_AND_PORT}$`);
  return words('STUN URLs such as stun:stun.example.com:3478', (word) => pattern.test(word));
}

/** RFC 7065. */
export function turnUrls() {
  const pattern = new RegExp(`^turns?:${HOST_AND_PORT}(?:\\?transport=(?:udp|tcp))?$`);
  return words('TURN URLs such as turn:turn.example.com:3478?transport=udp', (word) => pattern.test(word));
}

export function secret() {
  return z
    .string()
    .regex(/^[\x21-\x7e]{16,256}$/, 'must be 16 to 256 visible ASCII characters')
    .optional();
}

/** `on` or `off`. */
export function onOff(standard: boolean) {
  return z
    .string()
    .refine((text) => text === 'on' || text === 'off', 'must be on or off')
    .transform((text) => text === 'on')
    .default(standard);
}

/** Some of these words in any order, each once, separated by commas; by default all of them. */
export function someOf<const W extends readonly string[]>(known: W) {
  const isKnown = (word: string): word is W[number] => known.includes(word);
  return z
    .string()
    .transform((list) => list.split(',').map((part) => part.trim().toLowerCase()))
    .refine(
      (list) => list.every(isKnown) && new Set(list).size === list.length,
      `must be some of ${known.join(', ')}, each once, separated by commas`,
    )
    .transform((list): readonly W[number][] => list.filter(isKnown))
    .default([...known]);
}

export const text = (standard: string) => z.string().default(standard);

export const optionalText = () => z.string().optional();

const ipAddress = z.string().refine((value) => isIP(value) !== 0, 'must be an IP address');

/** An address of this host to listen on. */
export const address = (standard: string) => ipAddress.default(standard);

export const optionalAddress = () => ipAddress.optional();

/** An http or https URL; a slash at its end is removed. */
export function httpUrl() {
  return z
    .string()
    .refine(isHttpUrl, 'must be an http:// or https:// URL without user, query or fragment')
    .transform((url) => url.replace(/\/+$/, ''))
    .optional();
}

/** `sqlite:<path>` or `postgres://…`. */
export function databaseUrl() {
  return z
    .string()
    .refine(
      (url) => /^sqlite:./.test(url) || (/^postgres(ql)?:\/\//.test(url) && URL.canParse(url)),
      'must be sqlite:<path> or postgres://user:password@host:port/database',
    )
    .transform((url) =>
      url.startsWith('sqlite:')
        ? ({ kind: 'sqlite', path: resolve(url.slice('sqlite:'.length)) } as const)
        : ({ kind: 'postgres', url } as const),
    )
    .optional();
}

/** The account identifier that Twilio's and Restcomm's clients expect. */
export function accountSid() {
  return z
    .string()
    .regex(/^AC[0-9a-f]{32}$/, 'must be AC and 32 characters from 0-9a-f')
    .optional();
}

/** Account identifiers, separated by commas. */
export function accountSids() {
  return z
    .string()
    .transform((list): readonly string[] => list.split(',').map((part) => part.trim()))
    .refine(
      (parts) => parts.every((part) => /^AC[0-9a-f]{32}$/.test(part)),
      'must be AccountSids (AC and 32 characters from 0-9a-f) separated by commas',
    )
    .optional();
}

export function authToken() {
  return z
    .string()
    .regex(/^[\x21-\x7e]{16,128}$/, 'must be 16 to 128 visible ASCII characters')
    .optional();
}

/** The name stands in Asterisk's dialplan and in query strings. */
export function stasisApp(standard: string) {
  return z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 letters, digits, _ or -')
    .default(standard);
}

/** Host names that mean us in SIP addresses, each with its port unless that is SIP_PORT, separated by commas. */
export function sipDomains() {
  return z
    .string()
    .transform((list) => list.split(',').map((part) => readSipDomain(part.trim())))
    .refine(
      (domains) => !domains.includes(undefined),
      'must be host names separated by commas, such as voice.example.com or voice.example.com:5070',
    )
    .transform((domains) => domains.filter((domain) => domain !== undefined))
    .optional();
}

function readSipDomain(text: string): { readonly host: string; readonly port?: number } | undefined {
  const read = readSipAddress(`somebody@${text}`);
  if (!read.ok || read.address.parameters !== '' || text.includes('@')) return undefined;
  const { port } = read.address;
  const host = read.address.host.toLowerCase();
  return port === undefined ? { host } : { host, port };
}

/** Networks in CIDR notation, addresses and host names, separated by commas. */
export function networks() {
  return z
    .string()
    .transform((list): readonly string[] => list.split(',').map((part) => part.trim()))
    .refine(
      (parts) => parts.every(isEgressRule),
      'must be CIDRs (10.0.0.0/8), addresses or host names separated by commas',
    )
    .optional();
}

/** Addresses and networks in CIDR notation, separated by commas. */
export function addresses() {
  return z
    .string()
    .transform((list): readonly string[] => list.split(',').map((part) => part.trim()))
    .refine(
      (parts) =>
        parts.map(parseNetwork).every((network) => network !== undefined && network.port === undefined),
      'must be addresses or networks (10.0.0.0/8) separated by commas',
    )
    .default([]);
}

/** One of a few words; the standard, or else the first one, when it is not set. */
export function oneOf<const W extends readonly [string, ...string[]]>(
  words: W,
  standard: W[number] = words[0],
) {
  return z.enum(words, `must be one of ${words.join(', ')}`).default(standard);
}

export function logLevel(standard: LogLevel) {
  return z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).default(standard);
}

function isHttpUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  // The URL is logged, so it may not hold a password.
  const bare = url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  return /^https?:$/.test(url.protocol) && bare;
}

/** A setting that names a program or a service; `parse` returns a sentence when it cannot be understood. */
export function program(standard: string | undefined, parse: (setting: string) => unknown) {
  const text = z.string().superRefine((value, context) => {
    const problem = parse(value);
    if (typeof problem === 'string') context.addIssue({ code: 'custom', message: problem });
  });
  return standard === undefined ? text.optional() : text.default(standard);
}
