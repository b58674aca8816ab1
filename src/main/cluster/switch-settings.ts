import type { AriConfig, Config } from '../../config.ts';
import type { ClusterSwitch } from '../../store/lease/lease-table.ts';
import type { TokenCipher } from '../../store/token-cipher.ts';
import type { AsteriskAccess } from '../asterisk-access.ts';

/** What of a node's settings belongs to its Asterisk, so that another node can drive it. */
type SwitchSettings = Pick<Config, 'ariApp' | 'ownSip'> & {
  readonly ari: Exclude<AriConfig, { readonly kind: 'external' }> | { readonly kind: 'external' };
};

/** This node's own Asterisk, as its row tells the others. */
export function describeOwn(
  config: Config,
  { url, username, password }: AsteriskAccess,
  cipher: TokenCipher,
): Omit<ClusterSwitch, 'node' | 'epoch' | 'renewals' | 'draining' | 'unreachableFrom' | 'room' | 'state'> {
  const { ari, ariApp, ownSip, cluster } = config;
  const id = cluster?.nodeName ?? '';
  const settings: SwitchSettings = {
    ariApp,
    ownSip,
    ari: ari.kind === 'external' ? { kind: 'external' } : ari,
  };
  return {
    id,
    ariUrl: url,
    ariUsername: username,
    ariPassword: cipher.seal(password, sealedFor(id)),
    sipAddress: cluster?.sipAddress ?? '',
    settings: JSON.stringify(settings),
  };
}

/** The settings of a process that drives this switch: its own, and what belongs to the switch. */
export function configFor(config: Config, row: ClusterSwitch, access: AsteriskAccess): Config {
  const { ari, ariApp, ownSip } = JSON.parse(row.settings) as SwitchSettings;
  const { url, username, password } = access;
  return {
    ...config,
    ariApp,
    ownSip,
    ari: ari.kind === 'external' ? { kind: 'external', url, username, password } : ari,
    // The log is on the switch's own machine.
    sipSecurityLog: access.readsOurFiles ? config.sipSecurityLog : undefined,
  };
}

/** How this node reaches a switch: its own as it has made it, another by what its row says. @throws WrongSecretKeyError */
export function accessTo(
  row: ClusterSwitch,
  own: AsteriskAccess | undefined,
  cipher: TokenCipher,
): AsteriskAccess {
  if (own !== undefined) return { ...own, stop: () => Promise.resolve() };
  return {
    url: row.ariUrl,
    username: row.ariUsername,
    password: cipher.open(row.ariPassword, sealedFor(row.id)),
    readsOurFiles: false,
    stop: () => Promise.resolve(),
  };
}

function sealedFor(switchId: string): string {
  return `switch ${switchId}`;
}
