import { compact } from '../../call/compact.ts';
import type { Callee } from '../simulated-switch/callees.ts';
import { readKeys } from './read-keys.ts';
import type { PhoneBehaviour, Place, Step } from './scenario.ts';
import type { Members, YamlValue } from './yaml-reader.ts';

const CALLEES = ['client', 'number', 'sip'] as const;
const DOES = ['answer', 'busy', 'decline', 'no-answer', 'fail'] as const;
const ONLY_ANSWERED = ['talks', 'hangs-up', 'presses', 'presses-after'] as const;
const KEYS = [...CALLEES, 'does', 'after', 'sip-status', ...ONLY_ANSWERED] as const;
type DialMembers = Members<(typeof KEYS)[number]>;

/** How long a phone rings, and its owner waits with the first key, unless the scenario says otherwise. */
const DEFAULT_AFTER_MS = 1_000;

/** Reads a `dial` step: whose phone is rung, and what it does. */
export function readDial(value: YamlValue, place: Place, hasCaller: boolean): Step | undefined {
  const members = value.members('dial', KEYS);
  if (members === undefined) return undefined;
  const callee = readCallee(members, value);
  const behaviour = readBehaviour(members, value, hasCaller);
  if (callee === undefined || behaviour === undefined) return undefined;
  return { place, kind: 'dial', callee, behaviour };
}

function readCallee(members: DialMembers, value: YamlValue): Callee | undefined {
  const named = CALLEES.filter((kind) => members.has(kind));
  const [kind, ...others] = named;
  if (kind === undefined || others.length > 0) {
    return value.wrong(
      'dial names one callee: client: bob, number: "+15550002" or sip: "sip:bob@example.com".',
    );
  }
  const name = members.get(kind)?.text(kind);
  return name === undefined ? undefined : { kind, name: kind === 'client' ? name.toLowerCase() : name };
}

function readBehaviour(
  members: DialMembers,
  value: YamlValue,
  hasCaller: boolean,
): PhoneBehaviour | undefined {
  if (!members.has('does')) return value.wrong(`dial says what the phone does: ${DOES.join(', ')}.`);
  const does = members.get('does')?.word('does', DOES);
  if (does === undefined) return undefined;
  if (does !== 'answer') {
    for (const name of ONLY_ANSWERED) {
      members.get(name)?.wrong(`${name} is for a phone that does: answer; this one does: ${does}.`);
    }
  }
  if (does !== 'fail') members.get('sip-status')?.wrong('sip-status is for a phone that does: fail.');
  const hangsUp = members.get('hangs-up')?.word('hangs-up', ['callee', 'caller']);
  if (hangsUp === 'caller' && !hasCaller) {
    members.get('hangs-up')?.wrong('Nobody calls in a scenario with api; only the callee can hang up.');
  }
  return compact({
    does,
    afterMs: members.get('after')?.milliseconds('after') ?? DEFAULT_AFTER_MS,
    sipStatus: sipStatusOf(members),
    talksMs: members.get('talks')?.milliseconds('talks'),
    hangsUp: hangsUp ?? 'callee',
    presses: pressesOf(members),
  });
}

function sipStatusOf(members: DialMembers): number | undefined {
  const value = members.get('sip-status');
  const text = value?.text('sip-status');
  if (value === undefined || text === undefined || /^[3-6]\d\d$/.test(text)) {
    return text === undefined ? undefined : Number(text);
  }
  return value.wrong(`sip-status must be from 300 to 699, not "${text}".`);
}

function pressesOf(members: DialMembers): PhoneBehaviour['presses'] {
  const value = members.get('presses');
  const keys = value === undefined ? undefined : readKeys(value, 'presses');
  const afterMs = members.get('presses-after')?.milliseconds('presses-after') ?? DEFAULT_AFTER_MS;
  return keys === undefined ? undefined : { keys, afterMs };
}
