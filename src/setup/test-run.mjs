import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runBehind, runInFront } from './child-process.mjs';
import { ensureBuild } from './install.mjs';

/** Each one that does not pass counts as one failure. */
const CHECKS = [
  { name: 'lint', command: 'oxlint', args: ['--type-aware', '--deny-warnings', 'src', 'test', 'bench'] },
  { name: 'format', command: 'biome', args: ['format', 'src', 'test', 'bench'] },
  { name: 'types', command: 'tsc', args: ['-p', 'tsconfig.json'] },
  { name: 'types of the console', command: 'tsc', args: ['-p', 'src/console', '--noEmit'] },
];
/** `real` are the tiers live, browser, faults and cluster in one run: no processor waits for the last story of each. */
const TIERS = ['unit', 'component', 'real'];
/** Tests that take minutes or the whole machine, which nobody should believe to have run. */
const LEFT_OUT = /^test:(?:\w+:long|fuzz)$/;

/** Checks and tests everything, ends with the line `N passed, N failed`, and resolves to the exit code. */
export async function runTests(root) {
  const broken = [];
  let passed = 0;
  let failed = 0;
  console.log(`Checking ${CHECKS.map(({ name }) => name).join(', ')} beside the tests`);
  const checked = runChecks(root);
  if (!(await ensureBuild(root))) broken.push('build');
  else if ((await fetchPackages(root)) !== 0) broken.push('fetching packages');
  for (const tier of TIERS) {
    const result = await runTier(root, tier);
    passed += result.passed;
    failed += result.failed;
    if (result.problem !== undefined) broken.push(result.problem);
  }
  console.log(`Left out: ${(await leftOut(root)).map((name) => `npm run ${name}`).join(', ')}`);
  broken.push(...(await checked));
  for (const name of broken) console.log(`Failed: ${name}`);
  failed += broken.length;
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

async function leftOut(root) {
  const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  return Object.keys(scripts).filter((name) => LEFT_OUT.test(name));
}

/** One after the other, with what the tests leave of the processors; resolves to the names of those that found something. */
async function runChecks(root) {
  const broken = [];
  for (const { name, command, args } of CHECKS) {
    const code = await runBehind(join(root, 'node_modules/.bin', command), args, { cwd: root });
    if (code !== 0) broken.push(name);
  }
  return broken;
}

function fetchPackages(root) {
  return runInFront(process.execPath, [
    join(root, 'dist/bundled-asterisk/debian/fetch-packages.js'),
    'runtime',
    'cluster',
    'test',
    'browser',
  ]);
}

/** Runs the tests of a tier. A tier that leaves no counts, or ends with an error although no test failed, has crashed. */
async function runTier(root, tier) {
  const folder = await mkdtemp(join(tmpdir(), 'legwork-counts-'));
  const countsFile = join(folder, 'counts.json');
  console.log(`Testing: ${tier}`);
  const code = await runInFront('npm', ['run', '--silent', `test:${tier}`], {
    cwd: root,
    env: { ...process.env, LEGWORK_TEST_COUNTS: countsFile },
  });
  const text = await readFile(countsFile, 'utf8').catch(() => undefined);
  await rm(folder, { recursive: true, force: true });
  if (text === undefined) return { passed: 0, failed: 0, problem: `${tier} tests (ended with code ${code})` };
  const { passed, failed } = JSON.parse(text);
  if (passed + failed === 0) return { passed, failed, problem: `${tier} tests (there are none)` };
  const crashed = code !== 0 && failed === 0;
  return { passed, failed, problem: crashed ? `${tier} tests (ended with code ${code})` : undefined };
}
