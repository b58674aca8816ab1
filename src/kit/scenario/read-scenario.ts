import { basename } from 'node:path';
import { compact } from '../../call/compact.ts';
import type { FinalStatus } from '../../call/leg/outcome.ts';
import { ApiError } from '../../api/errors.ts';
import { newCallSchema } from '../../api/calls/schema.ts';
import { readForm } from '../../api/parameters.ts';
import { formOf, withDefaults } from './api-form.ts';
import { readSteps } from './read-steps.ts';
import type { Beginning, Mistake, Place, Scenario } from './scenario.ts';
import { type Members, YamlFile, type YamlValue } from './yaml-reader.ts';

const STATUSES: readonly FinalStatus[] = ['completed', 'busy', 'failed', 'no-answer', 'canceled'];
const KEYS = [
  'name',
  'url',
  'method',
  'fallback-url',
  'status-callback',
  'call',
  'api',
  'steps',
  'expect',
] as const;
const SOME_SERVER = 'http://127.0.0.1';

/** Reads a scenario, or says everything that is wrong in it. */
export function readScenario(path: string, text: string): Scenario | readonly Mistake[] {
  const file = new YamlFile(path, text);
  if (file.mistakes.length > 0) return file.mistakes;
  const scenario = scenarioOf(path, file.root);
  if (file.mistakes.length === 0 && scenario !== undefined) return scenario;
  return file.mistakes.toSorted((a, b) => a.place.line - b.place.line || a.place.column - b.place.column);
}

function scenarioOf(path: string, root: YamlValue): Scenario | undefined {
  const members = root.members('A scenario', KEYS);
  if (members === undefined) return undefined;
  const url = members.get('url')?.text('url');
  if (url === undefined)
    return root.wrong('A scenario needs the url of its first document, such as url: /voice.');
  const begins = beginningOf(members, root);
  const steps = readSteps(members.get('steps'), begins?.kind === 'call');
  const expected = expectedOf(members.get('expect'));
  if (begins === undefined) return undefined;
  return compact({
    name: members.get('name')?.text('name') ?? basename(path).replace(/\.ya?ml$/, ''),
    file: path,
    url,
    method: members.get('method')?.word('method', ['POST', 'GET']) ?? 'POST',
    fallbackUrl: members.get('fallback-url')?.text('fallback-url'),
    statusCallback: members.get('status-callback')?.text('status-callback'),
    begins,
    beginsAt: beginsAt(members, root),
    steps,
    expected,
  });
}

function beginsAt(members: Members<(typeof KEYS)[number]>, root: YamlValue): Place {
  return (members.get('call') ?? members.get('api') ?? root).place;
}

function beginningOf(members: Members<(typeof KEYS)[number]>, root: YamlValue): Beginning | undefined {
  const call = members.get('call');
  const api = members.get('api');
  if (api !== undefined && call !== undefined)
    return api.wrong('A scenario has either call or api, not both.');
  if (api !== undefined) return apiOf(api);
  if (call !== undefined) return callOf(call);
  return root.wrong('A scenario needs call: { from: alice, to: "+15550001" } or api: { To: client:bob }.');
}

function callOf(value: YamlValue): Beginning | undefined {
  const members = value.members('call', ['from', 'to', 'headers']);
  if (members === undefined) return undefined;
  const headers = members.get('headers')?.parameters('headers') ?? [];
  for (const [name] of headers) {
    if (!/^X-[\w.-]+$/i.test(name)) members.get('headers')?.wrong(`The header "${name}" must begin with X-.`);
  }
  const from = members.get('from')?.text('from') ?? 'alice';
  const to = members.get('to')?.text('to') ?? '+15550001';
  return { kind: 'call', from, to, headers };
}

function apiOf(value: YamlValue): Beginning | undefined {
  const parameters = value.parameters('api');
  if (parameters === undefined) return undefined;
  try {
    readForm(newCallSchema, formOf(withDefaults(parameters, SOME_SERVER, '/')));
  } catch (error) {
    if (error instanceof ApiError) return value.wrong(`api: ${error.message}.`);
    throw error;
  }
  return { kind: 'api', parameters };
}

function expectedOf(value: YamlValue | undefined): Scenario['expected'] {
  const members = value?.members('expect', ['status', 'requests']);
  const status = members?.get('status');
  const is = status?.word('status', STATUSES);
  const requests = members?.get('requests');
  const file = requests?.text('requests');
  return compact({
    status: status === undefined || is === undefined ? undefined : { is, place: status.place },
    requests: requests === undefined || file === undefined ? undefined : { file, place: requests.place },
  });
}
