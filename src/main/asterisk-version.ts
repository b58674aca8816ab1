import type { AriConnection } from '../asterisk/ari/connection.ts';
import { judgeAsterisk } from '../bundled-asterisk/asterisk-version.ts';
import { SetupError } from '../setup/setup-error.ts';
import type { Logger } from '../logger.ts';

/**
 * Says which Asterisk we are connected to, and whether that has been tried. @throws SetupError when it has a defect that
 * ends it
 */
export async function checkAsteriskVersion(ari: AriConnection, log: Logger): Promise<void> {
  const version = await ari.version();
  const verdict = judgeAsterisk(version);
  if (!verdict.accepted) {
    const problem = `Asterisk ${version} ${verdict.why}`;
    if (verdict.isDefective) throw new SetupError(`${problem} (see ARI_URL)`);
    return log.warn({ version }, problem);
  }
  if (verdict.warning !== undefined) log.warn({ version }, verdict.warning);
  else log.info({ version }, 'Asterisk has a version that Legwork works with');
}
