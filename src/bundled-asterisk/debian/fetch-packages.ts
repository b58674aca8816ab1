import { systemClock } from '../../clock.ts';
import { defaultCacheFolder } from '../../config.ts';
import { ensurePackages } from './debian-packages.ts';
import {
  BROWSER_PACKAGES,
  CLUSTER_PACKAGES,
  RUNTIME_PACKAGES,
  SPEECH_PACKAGES,
  TEST_PACKAGES,
} from './package-sets.ts';
import { SetupError } from '../../setup/setup-error.ts';

/** Fetches the package sets named on the command line, and prints the folder of each. */
async function main(names: readonly string[]): Promise<void> {
  const fetcher = {
    cacheFolder: defaultCacheFolder(),
    clock: systemClock,
    progress: (line: string) => console.log(line),
  };
  for (const set of [
    RUNTIME_PACKAGES,
    CLUSTER_PACKAGES,
    SPEECH_PACKAGES,
    TEST_PACKAGES,
    BROWSER_PACKAGES,
  ].filter(({ name }) => names.includes(name))) {
    console.log(`${set.name}: ${await ensurePackages(set, fetcher)}`);
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
