// Loaded into Legwork's process before its own code (NODE_OPTIONS=--import): takes a CPU profile from one SIGUSR2 to the
// next, which is from the begin of a measure to its end, and writes it to the file BENCH_PROFILE.
import { rename, writeFile } from 'node:fs/promises';
import { Session } from 'node:inspector/promises';

const INTERVAL_US = 500;

const session = new Session();
session.connect();
await session.post('Profiler.enable');
await session.post('Profiler.setSamplingInterval', { interval: INTERVAL_US });
let runs = false;

async function toggle() {
  runs = !runs;
  if (runs) return session.post('Profiler.start');
  const { profile } = await session.post('Profiler.stop');
  const file = process.env.BENCH_PROFILE;
  await writeFile(`${file}.new`, JSON.stringify(profile));
  return rename(`${file}.new`, file);
}

process.on('SIGUSR2', () => {
  toggle().catch((error) => console.error(error));
});
