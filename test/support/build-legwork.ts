import { spawn } from 'node:child_process';
import { once } from 'node:events';

const SCRIPT =
  "import { ensureBuild } from './src/setup/install.mjs'; process.exit((await ensureBuild('.')) ? 0 : 1);";

/** Builds `dist/` where a source has changed; resolves to whether it could be built. */
export async function buildLegwork(): Promise<boolean> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', SCRIPT], { stdio: 'ignore' });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code === 0;
}
