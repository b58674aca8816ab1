#!/usr/bin/env node
// What `npx legwork` runs in a clone. `lint` is for people who write RCML; everything else is what the npm scripts run.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runInFront } from './setup/child-process.mjs';
import { ensureBuild, ensureDependencies, nodeProblem } from './setup/install.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The exit code when the linter cannot run; 1 means that a document has mistakes. */
const CANNOT_RUN = 2;

async function lint(args) {
  // Standard output is for the linter's findings alone: a program may read it.
  const { log } = console;
  console.log = console.error;
  const { engines } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const problem = nodeProblem(engines.node, process.versions.node);
  if (problem !== undefined) return fail(problem);
  // After an `npm ci` by hand the packages are there, perhaps without the native ones, which the linter does not need.
  const installed = existsSync(join(root, 'node_modules/.package-lock.json'));
  if (!installed && !(await ensureDependencies(root))) {
    return fail('The npm packages could not be installed (see above).');
  }
  if (!(await ensureBuild(root))) return fail('The build failed (see above).');
  console.log = log;
  return runInFront(process.execPath, ['--enable-source-maps', join(root, 'dist/lint/main.js'), ...args]);
}

function fail(message) {
  console.error(message);
  return CANNOT_RUN;
}

if (process.argv[2] === 'lint') process.exitCode = await lint(process.argv.slice(3));
else await import('./bootstrap.mjs');
