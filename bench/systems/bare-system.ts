import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Bed } from '../bed/bed.ts';
import type { BareSettings } from './ari-library.ts';
import { type Place, PLACES, stasisApp } from './places.ts';
import { sipAddressesOf } from './sip-addresses.ts';
import { numberOf, type System } from './system.ts';

/** The dialplan answers and waits: nothing but Asterisk and the load. */
export async function startDialplanAlone(): Promise<System> {
  return describe('dialplan alone', PLACES.dialplan, await sipAddressesOf(PLACES.dialplan));
}

export function startBareAri(bed: Bed): Promise<System> {
  return start(bed, 'bare ari-client', PLACES.bareAri, 'bare-ari-program.ts');
}

export async function startMinimalRcml(bed: Bed): Promise<System> {
  const system = await start(bed, 'minimal RCML', PLACES.minimalRcml, 'minimal-rcml-program.ts');
  return { ...system, callbacksPerCall: 1 };
}

export function startBareDial(bed: Bed): Promise<System> {
  return start(bed, 'bare ARI Dial', PLACES.bareDial, 'bare-dial-program.ts');
}

async function start(bed: Bed, name: string, place: Place, program: string): Promise<System> {
  const addresses = await sipAddressesOf(place);
  const { url, username, password } = bed.asterisk.ari;
  const settings: BareSettings = {
    ariUrl: url,
    username,
    password,
    app: stasisApp(place.digit),
    origin: bed.app.origin,
    callee: `sip:callee@${addresses.callee.host}:${addresses.callee.port}`,
  };
  const child = fork(fileURLToPath(new URL(program, import.meta.url)), {
    execArgv: ['--import', 'tsx'],
    env: { ...process.env, BENCH_SYSTEM: JSON.stringify(settings) },
    // ari-client says at each start that it uses an old version of Swagger.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const system = describe(name, place, addresses, child);
  bed.undo.add(() => system.stop());
  await isReady(child, name);
  return system;
}

async function isReady(child: ChildProcess, name: string): Promise<void> {
  const ended = once(child, 'exit').then(() => {
    throw new Error(`${name} ended at its start`);
  });
  ended.catch(() => undefined);
  await Promise.race([once(child, 'message'), ended]);
}

function describe(
  name: string,
  { digit }: Place,
  addresses: Pick<System, 'caller' | 'callee'>,
  child?: ChildProcess,
): System {
  return {
    name,
    ...addresses,
    parts: child?.pid === undefined ? {} : { controller: child.pid },
    callbacksPerCall: 0,
    number: (service) => numberOf(digit, service),
    quiet: () => Promise.resolve(true),
    async stop() {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      // It keeps nothing, and while it starts it would not hear anything else.
      child.kill('SIGKILL');
      await exited;
    },
  };
}
