// `npm start`, `npm run demo`, `npm run callbacks`, `npm run doctor`, `npm run cluster`, `npm run kamailio`, `npm test`, `npm run bench` and the build of the container image begin here.
// It has to work in a fresh clone, so it uses nothing but Node.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runInFront } from './setup/child-process.mjs';
import { ensureBuild, ensureDependencies, isClone, nodeProblem } from './setup/install.mjs';
import { NODE_ARGUMENTS } from './setup/node-arguments.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const BUILD_FAILED = 'The build failed (see above).';
const programs = {
  start: 'dist/main.js',
  demo: 'dist/demo/main.js',
  callbacks: 'dist/main/callbacks/callbacks-command.js',
  doctor: 'dist/main/doctor/doctor-command.js',
  cluster: 'dist/main/local-cluster/local-cluster-command.js',
  kamailio: 'dist/main/kamailio/kamailio-command.js',
};

async function main(command, args) {
  const { engines } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const problem = nodeProblem(engines.node, process.versions.node);
  if (problem !== undefined) return fail(problem);
  // The image has installed the npm packages by then, in a layer of their own.
  if (command === 'build') return (await ensureBuild(root)) ? 0 : fail(BUILD_FAILED);
  const isKnown = programs[command] !== undefined || (isClone(root) && ['test', 'bench'].includes(command));
  if (!isKnown) {
    return fail('Usage: npx legwork start|demo|callbacks|doctor|cluster|kamailio|lint|dev|test|scenario');
  }
  if (!(await ensureDependencies(root))) return fail('The npm packages could not be installed (see above).');
  if (command === 'test') {
    const { runTests } = await import('./setup/test-run.mjs');
    return runTests(root);
  }
  // It builds what it starts.
  if (command === 'bench') {
    return runInFront(process.execPath, ['--import', 'tsx', join(root, 'bench/run.ts'), ...args], {
      cwd: root,
    });
  }
  if (!(await ensureBuild(root))) return fail(BUILD_FAILED);
  return runInFront(process.execPath, [...NODE_ARGUMENTS, join(root, programs[command]), ...args]);
}

function fail(message) {
  console.error(message);
  return 1;
}

process.exitCode = await main(process.argv[2], process.argv.slice(3));
