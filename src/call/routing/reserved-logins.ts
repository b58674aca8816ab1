/** Names that mean something else in Asterisk's SIP configuration, ours among them (pjsip.conf, endpoint-objects.ts). */
const RESERVED = [
  'rc-out',
  'legwork-health',
  'anonymous',
  'global',
  'system',
  'udp',
  'tcp',
  'ws',
  'wss',
] as const;

/** What cannot be a login, for people. */
export const RESERVED_LOGINS = `${RESERVED.join(', ')}, what begins with legwork-health, SIDs of trunks`;

/** Whether no client may have this login, in any case of its letters: to make or remove it would be to do so to ours. */
export function isReservedLogin(login: string): boolean {
  const name = login.toLowerCase();
  return (
    (RESERVED as readonly string[]).includes(name) ||
    name.startsWith('legwork-health') ||
    /^tk[0-9a-f]{32}$/.test(name)
  );
}
