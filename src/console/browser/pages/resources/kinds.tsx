import type { ComponentChildren } from 'preact';
import { OutLink } from '../../parts/link.tsx';
import { Sid } from '../../parts/texts.tsx';
import { ClientSetup, SetupDialog } from './client-setup.tsx';
import { TrunkTest } from './trunk-test.tsx';
import { type AnyResource, type Field, type ResourceKind, textOf } from './resource-kind.ts';

const METHOD = { kind: 'choice', among: ['POST', 'GET'] } as const;

/** Where the documents of a number, a client or an application come from. */
const VOICE: readonly Field[] = [
  { name: 'VoiceUrl', member: 'voice_url', kind: 'url', hint: 'asked for the first document of a call' },
  { name: 'VoiceMethod', member: 'voice_method', ...METHOD },
  {
    name: 'VoiceFallbackUrl',
    member: 'voice_fallback_url',
    kind: 'url',
    hint: 'asked when there is no document',
  },
  { name: 'VoiceFallbackMethod', member: 'voice_fallback_method', ...METHOD },
  { name: 'StatusCallback', member: 'status_callback', kind: 'url', hint: 'told of each state' },
  { name: 'StatusCallbackMethod', member: 'status_callback_method', ...METHOD },
];
const APPLICATION: Field = {
  name: 'VoiceApplicationSid',
  member: 'voice_application_sid',
  hint: 'an application whose settings count instead',
};
const NAME: Field = { name: 'FriendlyName', member: 'friendly_name' };

const voiceOf = (resource: AnyResource): ComponentChildren => {
  const application = textOf(resource['voice_application_sid']);
  if (application !== '') return <Sid sid={application} />;
  const url = textOf(resource['voice_url']);
  return url === '' ? <span class="soft">–</span> : <OutLink text={url} />;
};
const shown = (member: string) => (resource: AnyResource) => textOf(resource[member]);
const named = (heading: string, member: string) => ({ heading, value: shown(member) });

/** A truth of Asterisk's: unknown while it is away. */
function truth(value: unknown, yes: string, no: string): ComponentChildren {
  if (value === null || value === undefined) return <span class="soft">unknown</span>;
  return value === true ? <span class="status good">✓ {yes}</span> : <span class="status plain">○ {no}</span>;
}

export const NUMBERS: ResourceKind = {
  title: 'Numbers',
  one: 'number',
  path: '/IncomingPhoneNumbers',
  key: 'incoming_phone_numbers',
  events: [],
  columns: [
    named('Number', 'phone_number'),
    named('Name', 'friendly_name'),
    { heading: 'Documents from', value: voiceOf },
  ],
  fields: [
    { name: 'PhoneNumber', member: 'phone_number', required: true, hint: 'E.164 or an extension' },
    NAME,
    ...VOICE,
    APPLICATION,
  ],
  purpose: 'A number leads whoever calls it to your application server.',
  example: { PhoneNumber: '2000', VoiceUrl: 'http://127.0.0.1:3000/voice' },
  calls: ({ sid }) => `?PhoneNumberSid=${sid}`,
};

export const CLIENTS: ResourceKind = {
  title: 'Clients',
  one: 'client',
  path: '/Clients',
  key: 'clients',
  events: ['client.updated'],
  columns: [
    named('Login', 'login'),
    named('Name', 'friendly_name'),
    { heading: 'Registered', value: ({ registered }) => truth(registered, 'registered', 'not registered') },
    {
      heading: 'Phones',
      value: ({ contacts }) =>
        Array.isArray(contacts) ? contacts.map((contact) => <div class="mono">{textOf(contact)}</div>) : '',
    },
    { heading: 'Enabled', value: ({ status }) => (status === 1 ? 'yes' : 'no') },
    { heading: 'Documents from', value: voiceOf },
  ],
  fields: [
    { name: 'Login', member: 'login', required: true, fixed: true, hint: 'letters, digits, . - _' },
    { name: 'Password', kind: 'password', required: true, hint: '8 to 128 characters; shown nowhere' },
    NAME,
    { name: 'Status', member: 'status', kind: 'choice', among: ['1', '0'], hint: '1 enabled, 0 disabled' },
    ...VOICE,
    APPLICATION,
  ],
  purpose: 'A client is the SIP account of a softphone.',
  example: { Login: 'dave', Password: 'a-long-password' },
  more: (client) => <ClientSetup client={client} />,
  afterwards: (client, { Password: password = '' }, close) =>
    password !== '' && <SetupDialog client={client} password={password} onClose={close} />,
  calls: ({ login }) => `?Q=${encodeURIComponent(textOf(login))}`,
};

export const TRUNKS: ResourceKind = {
  title: 'Trunks',
  one: 'trunk',
  path: '/SipTrunks',
  key: 'sip_trunks',
  events: ['trunk.updated'],
  columns: [
    named('Name', 'friendly_name'),
    {
      heading: 'Host',
      value: ({ host, port, transport }) => `${textOf(host)}:${textOf(port)} ${textOf(transport)}`,
    },
    { heading: 'Reachable', value: ({ reachable }) => truth(reachable, 'reachable', 'no answer') },
    {
      heading: 'Registered',
      value: ({ register, registered }) =>
        register === true ? (
          truth(registered, 'registered', 'not registered')
        ) : (
          <span class="soft">not asked for</span>
        ),
    },
    named('Prefix', 'prefix'),
    named('Channels at most', 'max_channels'),
  ],
  fields: [
    { name: 'Host', member: 'host', required: true, hint: 'host name or address' },
    NAME,
    { name: 'Port', member: 'port', hint: '5060' },
    { name: 'Transport', member: 'transport', kind: 'choice', among: ['udp', 'tcp'] },
    { name: 'Prefix', member: 'prefix', hint: 'numbers that go out this way; empty: every number' },
    { name: 'Priority', member: 'priority', hint: 'the lowest wins; 10' },
    { name: 'StripDigits', member: 'strip_digits' },
    { name: 'PrependDigits', member: 'prepend_digits' },
    { name: 'AllowedAddresses', member: 'allowed_addresses', hint: 'what may send us calls beside the host' },
    { name: 'Username', member: 'username' },
    { name: 'Password', kind: 'password', hint: 'shown nowhere' },
    { name: 'Register', member: 'register', kind: 'truth' },
    { name: 'MaxChannels', member: 'max_channels' },
    { name: 'FromDomain', member: 'from_domain' },
    { name: 'FromUser', member: 'from_user' },
  ],
  purpose: 'A trunk is a PBX or a carrier: calls come from it and go to it.',
  example: { Host: 'sip.example.com', Prefix: '+' },
  more: (trunk) => <TrunkTest trunk={trunk} />,
  calls: ({ sid }) => `?TrunkSid=${sid}`,
};

export const APPLICATIONS: ResourceKind = {
  title: 'Applications',
  one: 'application',
  path: '/Applications',
  key: 'applications',
  events: [],
  columns: [named('Name', 'friendly_name'), { heading: 'Documents from', value: voiceOf }],
  fields: [{ ...NAME, required: true }, ...VOICE],
  purpose: 'An application is a set of voice settings that several numbers and clients share.',
  example: { FriendlyName: 'shop', VoiceUrl: 'http://127.0.0.1:3000/voice' },
  calls: ({ friendly_name: name }) => `?Q=${encodeURIComponent(textOf(name))}`,
};
