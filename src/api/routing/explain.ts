import type { InboundCall } from '../../call/call-control.ts';
import type { Directory } from '../../call/directory.ts';
import type { VoiceSettings } from '../../call/leg/leg.ts';
import { type Route, routeInbound } from '../../call/routing/routing.ts';
import { resolveTarget } from '../../call/routing/targets.ts';
import { readAddress } from '../../call/routing/written-address.ts';

/** What would become of a call, told step by step. */
export interface Explanation {
  /** `document`: an application server is asked. `dial`: somebody is called. `refused`: neither. */
  readonly outcome: 'document' | 'dial' | 'refused';
  readonly steps: readonly string[];
  readonly url?: string;
  readonly phoneNumberSid?: string;
  readonly trunkSid?: string;
}

/** The SIP status that the caller gets. */
const STATUSES = {
  forbidden: '403 Forbidden',
  'not-found': '404 Not Found',
  error: '500 Server Internal Error',
} as const;

interface Asked {
  readonly accountSid: string;
  readonly from: string;
  readonly to: string;
}

/** What would become of a call from a client of the account, `client:alice`, or from a trunk, any other caller. */
export async function explainInbound(
  directory: Directory,
  { accountSid, from, to }: Asked,
): Promise<Explanation> {
  const login = /^\s*client:(.*)$/i.exec(from)?.[1]?.trim();
  const dialled = dialledOf(to);
  const steps = [
    `${login === undefined ? `A trunk brings a call from ${from}` : `The client ${login} calls`}, and dials ${dialled}.`,
  ];
  if (login !== undefined && (await directory.client(login))?.accountSid !== accountSid) {
    return refused([
      ...steps,
      `This account has no client ${login}: it would not get past its password (401).`,
    ]);
  }
  const source: InboundCall['source'] =
    login === undefined ? { kind: 'trunk', trunkSid: '' } : { kind: 'client', login };
  const route = await routeInbound(
    { channelId: '', source, dialled, from: login ?? from, sipHeaders: [] },
    directory,
    accountSid,
  );
  if (route.kind === 'run' && route.accountSid !== accountSid) {
    return refused([...steps, `${dialled} belongs to another account: its document runs there.`]);
  }
  if (route.kind === 'refuse') {
    const status = STATUSES[route.reason as keyof typeof STATUSES] ?? route.reason;
    return refused([...steps, `${route.why}: the caller gets ${status}.`]);
  }
  return await explainRoute(directory, route, steps);
}

/** What a Dial, or a call over REST, of this account to this address would do. */
export async function explainOutbound(
  directory: Directory,
  { accountSid, to }: Omit<Asked, 'from'>,
): Promise<Explanation> {
  const steps = [`The account calls ${to}.`];
  const read = readAddress(to);
  if (!read.ok) return refused([...steps, `${to} ${read.why}: such a call is refused with 400.`]);
  const resolved = await resolveTarget(directory, accountSid, read.address);
  if (!resolved.ok) return refused([...steps, `${resolved.why}: the leg ends failed at once.`]);
  const { target } = resolved;
  switch (target.kind) {
    case 'client':
      return { outcome: 'dial', steps: [...steps, `All phones of the client ${target.login} ring.`] };
    case 'sip':
      return { outcome: 'dial', steps: [...steps, `It goes to ${target.uri}${via(target.via)}.`] };
    case 'trunk': {
      const { trunkSid, number, maxChannels } = target;
      const limit = maxChannels === undefined ? [] : [`It takes at most ${maxChannels} calls at one time.`];
      const way = `It goes out by the trunk ${trunkSid}${via(target.via)}, which is asked for ${number}.`;
      const others = (resolved.further ?? []).map(
        (other) =>
          `Should that one fail, it goes by the trunk ${other.trunkSid}, which is asked for ${other.number}.`,
      );
      return { outcome: 'dial', steps: [...steps, way, ...limit, ...others], trunkSid };
    }
  }
}

async function explainRoute(
  directory: Directory,
  route: Extract<Route, { kind: 'run' }>,
  before: readonly string[],
): Promise<Explanation> {
  const { accountSid, phoneNumberSid, document, voice, to } = route;
  if (document !== undefined) {
    const client = await directory.client(to);
    const address = client?.accountSid === accountSid ? `client:${client.login}` : to;
    const dial = await explainOutbound(directory, { accountSid, to: address });
    const own =
      'No number has it, and the client that calls has nothing to say about it: Legwork dials it itself.';
    return { ...dial, steps: [...before, own, ...dial.steps.slice(1)] };
  }
  const whose =
    phoneNumberSid === undefined
      ? 'It is no number of ours, and the client that calls has a VoiceUrl.'
      : `It is the number ${phoneNumberSid} of this account.`;
  const steps = [...before, whose, ...documentSteps(voice)];
  return {
    outcome: 'document',
    steps,
    ...(voice.voiceUrl === undefined ? {} : { url: voice.voiceUrl }),
    ...(phoneNumberSid === undefined ? {} : { phoneNumberSid }),
  };
}

function documentSteps(voice: VoiceSettings): readonly string[] {
  const { voiceUrl, voiceMethod, voiceFallbackUrl, voiceFallbackMethod, statusCallback } = voice;
  return [
    `The caller hears ringing while ${voiceMethod} ${voiceUrl ?? ''} is asked for a document.`,
    voiceFallbackUrl === undefined
      ? 'If there is none, the call ends: there is no VoiceFallbackUrl.'
      : `If there is none, ${voiceFallbackMethod} ${voiceFallbackUrl} is asked.`,
    ...(statusCallback === undefined ? [] : [`${statusCallback} is told of each state of the call.`]),
  ];
}

/** As phones send it: without `client:` and `sip:`, and without the host. */
function dialledOf(to: string): string {
  return to
    .trim()
    .replace(/^(?:client:|sips?:)/i, '')
    .replace(/@.*$/, '')
    .trim();
}

function via(way: string | undefined): string {
  return way === undefined ? '' : ` (${way})`;
}

function refused(steps: readonly string[]): Explanation {
  return { outcome: 'refused', steps };
}
