#!/usr/bin/env node
// What `npx legwork` runs, in a clone and from the npm package. These commands are for people who write RCML; everything
// else is what the npm scripts run.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runInFront } from './setup/child-process.mjs';
import { ensureBuild, ensureDependencies, isClone, nodeProblem } from './setup/install.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The exit code when a command cannot run; 1 means that something is wrong with what it looked at. */
const CANNOT_RUN = 2;

const AUTHORS_COMMANDS = {
  lint: ['dist/lint/main.js'],
  dev: ['dist/kit/main.js', 'dev'],
  test: ['dist/kit/main.js', 'test'],
  scenario: ['dist/kit/main.js', 'scenario'],
};

const USAGE = `Usage: npx legwork COMMAND …

  dev        calls an application server from the keyboard, without a phone
  test       performs scenarios against an application server, without a phone
  scenario   makes a scenario of a real call
  lint       checks RCML documents
  start, demo, callbacks, cluster, kamailio   what npm start, npm run demo … do

npx legwork COMMAND --help says more.`;

async function run([program, ...before], args) {
  // Standard output is for the command's own words alone: a program may read it.
  const { log } = console;
  console.log = console.error;
  const { engines } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const problem = nodeProblem(engines.node, process.versions.node);
  if (problem !== undefined) return fail(problem);
  // After an `npm ci` by hand the packages are there, perhaps without the native ones, which these commands do not need.
  const installed = !isClone(root) || existsSync(join(root, 'node_modules/.package-lock.json'));
  if (!installed && !(await ensureDependencies(root))) {
    return fail('The npm packages could not be installed (see above).');
  }
  if (!(await ensureBuild(root))) return fail('The build failed (see above).');
  console.log = log;
  return runInFront(process.execPath, ['--enable-source-maps', join(root, program), ...before, ...args]);
}

function fail(message) {
  console.error(message);
  return CANNOT_RUN;
}

const [command = 'help', ...args] = process.argv.slice(2);
const program = AUTHORS_COMMANDS[command];
if (program !== undefined) process.exitCode = await run(program, args);
else if (['help', '--help', '-h'].includes(command)) console.log(USAGE);
else await import('./bootstrap.mjs');
