// Where Legwork's processor time goes: a CPU profile of one Legwork (SQLite) under a steady load of 20 calls a second.
// Run, on a quiet machine: npm run build && npx tsx bench/profile.ts [inbound|dial] [seconds]
// Bounded: twice 20 s by default (the first time to warm up); prints the time per call of each part, then of functions.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Undo } from '../src/main/undo.ts';
import { startBed } from './bed/start-bed.ts';
import { endAllSipps } from './load/sipp.ts';
import { callsAtRate, TALK_MS } from './measures/calls-at-rate.ts';
import { type CpuProfile, type ProfileRow, timesByFunction, timesByPart } from './report/cpu-profile.ts';
import { startLegworks, WITHOUT_LIMITS } from './systems/legwork-system.ts';
import { PLACES } from './systems/places.ts';

const SERVICE = process.argv[2] === 'dial' ? 'dial' : 'inbound';
const SECONDS = Number(process.argv[3] ?? 20);
const PER_SECOND = 20;
const PARTS = 30;
const FUNCTIONS = 40;
const PROFILER = fileURLToPath(new URL('systems/profile-cpu.mjs', import.meta.url));

const undo = new Undo();
const folder = await mkdtemp(join(tmpdir(), 'legwork-profile-'));
const file = join(folder, 'cpuprofile.json');
undo.add(() => rm(folder, { recursive: true }));
process.once('SIGINT', () => {
  endAllSipps();
  void undo.run().finally(() => process.exit(1));
});
try {
  const bed = await startBed(undo, console.log);
  const settings = { ...WITHOUT_LIMITS, BENCH_PROFILE: file };
  const place = PLACES.legworkSqlite;
  const [system] = await startLegworks(bed, [
    { name: 'Legwork (SQLite)', place, settings, tools: [PROFILER] },
  ]);
  const load = {
    service: SERVICE,
    perSecond: PER_SECOND,
    seconds: SECONDS,
    talkMs: TALK_MS,
    rtp: false,
  } as const;
  await callsAtRate(bed, system, load);
  const { answered, cpu } = await callsAtRate(bed, system, load);
  const controller = ((cpu['controller'] ?? Number.NaN) * 1000) / answered;
  console.log(
    `${answered} calls (${SERVICE}), ${controller.toFixed(1)} ms of processor time each, profiler included`,
  );
  const profile = JSON.parse(await readFile(file, 'utf8')) as CpuProfile;
  print('part', timesByPart(profile).slice(0, PARTS), answered);
  print('function', timesByFunction(profile).slice(0, FUNCTIONS), answered);
} finally {
  await undo.run();
}
process.exit(0);

function print(what: string, rows: readonly ProfileRow[], calls: number): void {
  console.log(`\n| ${what} | ms/call |\n|---|---:|`);
  for (const { name, ms } of rows) console.log(`| ${name} | ${(ms / calls).toFixed(2)} |`);
}
