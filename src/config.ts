import { homedir } from 'node:os';
import { join } from 'node:path';
/** Where fetched packages are kept between clones and runs. */
export function defaultCacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  if (env['LEGWORK_CACHE']) return env['LEGWORK_CACHE'];
  if (process.getuid?.() === 0) return '/var/cache/legwork';
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'legwork');
}
