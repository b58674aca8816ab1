// Starts a bundled Asterisk with the options in the first argument, shows how to reach it, and waits to be killed.
import {
  type BundledAsteriskOptions,
  startBundledAsterisk,
} from '../../src/bundled-asterisk/bundled-asterisk.ts';
import { systemClock } from '../../src/clock.ts';

const options = JSON.parse(process.argv[2] ?? '') as BundledAsteriskOptions;
const { pid, ariUrl, password } = await startBundledAsterisk({
  ...options,
  clock: systemClock,
  progress: (line) => console.error(line),
});
console.log(JSON.stringify({ pid, ariUrl, password }));
