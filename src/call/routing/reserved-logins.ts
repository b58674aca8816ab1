/** Names with another meaning in Asterisk's SIP configuration, some given by us (pjsip.conf, endpoint-objects.ts). */
const RESERVED = [
  'rc-out',
  'legwork-health',
  'legwork-proxy',
  'legwork-link',
  'anonymous',
  'global',
  'system',
  'udp',
  'tcp',
  'ws',
  'wss',
] as const;

/** What cannot be a login, in the words of messages. */
export const RESERVED_LOGINS = `${RESERVED.join(', ')}, anything that begins with legwork-health, SIDs of trunks`;

/** Whether no client may have this login, in upper or lower case: to make or remove it would change an object of ours. */
export function isReservedLogin(login: string): boolean {
  const name = login.toLowerCase();
  return (
    (RESERVED as readonly string[]).includes(name) ||
    name.startsWith('legwork-health') ||
    /^tk[0-9a-f]{32}$/.test(name)
  );
}
