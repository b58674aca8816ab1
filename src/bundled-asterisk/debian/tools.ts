import { join } from 'node:path';
import { defaultCacheFolder } from '../../config.ts';
import { systemClock } from '../../clock.ts';
import { ensurePackages, type PackageFetcher } from './debian-packages.ts';
import { RUNTIME_PACKAGES, SPEECH_PACKAGES } from './package-sets.ts';
import { libraryFolder, privateProgram, type ToolCommand } from './private-program.ts';
import { runCommand } from './run-command.ts';

export type { ToolCommand } from './private-program.ts';

/** The programs that make and convert sounds. */
export interface RuntimeTools {
  readonly espeak: ToolCommand;
  readonly sox: ToolCommand;
}

/** File formats that `<Play>` takes and that Asterisk may not be able to read itself. */
const SOX_FORMATS = ['wav', 'mp3', 'ogg', 'flac', 'gsm'];

const QUIET_FETCHER: PackageFetcher = {
  cacheFolder: defaultCacheFolder(),
  clock: systemClock,
  progress: () => {},
};

/** The host's espeak-ng and sox if they work, otherwise those of the private packages. */
export async function runtimeTools(fetcher: PackageFetcher = QUIET_FETCHER): Promise<RuntimeTools> {
  const hostEspeak = (await runCommand('espeak-ng', ['--version'])).ok ? onPath('espeak-ng') : undefined;
  const hostSox = (await hostSoxReadsAll()) ? onPath('sox') : undefined;
  if (hostEspeak !== undefined && hostSox !== undefined) return { espeak: hostEspeak, sox: hostSox };
  const folder = await ensurePackages(RUNTIME_PACKAGES, fetcher);
  return {
    espeak: hostEspeak ?? (await privateEspeak(folder)),
    sox: hostSox ?? (await privateProgram(folder, 'usr/bin/sox')),
  };
}

/** pocketsphinx and its model of English, from private packages of their own. */
export async function pocketsphinxTool(
  fetcher: PackageFetcher = QUIET_FETCHER,
): Promise<{ readonly program: ToolCommand; readonly model: string }> {
  const folder = await ensurePackages(SPEECH_PACKAGES, fetcher);
  return {
    program: await privateProgram(folder, 'usr/bin/pocketsphinx'),
    model: join(folder, 'usr/share/pocketsphinx/model/en-us'),
  };
}

async function privateEspeak(folder: string): Promise<ToolCommand> {
  const espeak = await privateProgram(folder, 'usr/bin/espeak-ng');
  return { ...espeak, env: { ESPEAK_DATA_PATH: await libraryFolder(folder) } };
}

/** Without its format packages sox reads only WAV. */
async function hostSoxReadsAll(): Promise<boolean> {
  const help = await runCommand('sox', ['--help']);
  const formats = /^AUDIO FILE FORMATS: (.*)$/m.exec(help.stdout)?.[1]?.split(' ') ?? [];
  return SOX_FORMATS.every((format) => formats.includes(format));
}

function onPath(command: string): ToolCommand {
  return { command, args: [], env: {} };
}
