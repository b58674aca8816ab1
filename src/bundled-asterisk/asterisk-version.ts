/** 22.10.1 fixed the ARI deadlocks; 22.10 brought what streams need. */
const OLDEST: Version = [22, 10, 1];
/** A REFER with `Refer-Sub: false` ends older ones. */
const TRANSFERS_FROM: Version = [22, 11, 0];
/** The tests have passed with these. */
const TESTED: readonly string[] = ['22.10.1'];
const NEWEST_MAJOR_TESTED = 22;

/** Versions that are refused although they are new enough, and why. */
const REFUSED: Readonly<Record<string, string>> = {
  // asterisk/asterisk issue 2085, mended after that release candidate.
  '22.11.0-rc1': 'it ends with the first PONG on one of its WebSockets',
};

type Version = readonly [number, number, number];

export interface AsteriskVersion {
  readonly numbers: Version;
  /** `22.11.0-rc1`. */
  readonly name: string;
}

/** What Legwork makes of an Asterisk of some version. */
export type VersionVerdict =
  | {
      readonly accepted: true;
      /** A sentence for the operator: it has not been tried. */
      readonly warning?: string;
    }
  | {
      readonly accepted: false;
      /** The rest of a sentence that begins with the version. */
      readonly why: string;
      /** It has a defect that ends it; otherwise it is too old, or nobody knows what it is. */
      readonly isDefective: boolean;
    };

/** Reads the version in Debian's `1:22.10.1+dfsg-1`, in what `asterisk -V` prints, or in what ARI says. */
export function parseAsteriskVersion(text: string): AsteriskVersion | undefined {
  const [, major, minor, patch, candidate] =
    /(?:^|:|Asterisk )(\d+)\.(\d+)\.(\d+)(?:[-~](rc\d+))?/.exec(text) ?? [];
  if (major === undefined) return undefined;
  const numbers: Version = [Number(major), Number(minor), Number(patch)];
  return { numbers, name: numbers.join('.') + (candidate === undefined ? '' : `-${candidate}`) };
}

/** Accepts an Asterisk by what it is: new enough, and without a defect that ends it. */
export function judgeAsterisk(text: string): VersionVerdict {
  const version = parseAsteriskVersion(text);
  if (version === undefined)
    return { accepted: false, why: 'is no version that Legwork can read', isDefective: false };
  const { numbers, name } = version;
  const defect = REFUSED[name];
  if (defect !== undefined) return { accepted: false, why: `cannot be used: ${defect}`, isDefective: true };
  if (compare(numbers, OLDEST) < 0)
    return { accepted: false, why: `is too old: ${NEEDED} is needed`, isDefective: false };
  if (numbers[0] <= NEWEST_MAJOR_TESTED) return { accepted: true };
  const warning = `Asterisk ${name} has not been tried: Legwork's tests have passed with ${TESTED.join(', ')}`;
  return { accepted: true, warning };
}

/** Why phones cannot transfer calls by REFER, which older ones do not survive in every form (asterisk/asterisk issue 2021). */
export function transfersTrouble(text: string): string {
  const version = parseAsteriskVersion(text);
  const newer = version === undefined ? -1 : compare(version.numbers, TRANSFERS_FROM);
  // Not its release candidates.
  const isAble = newer > 0 || (newer === 0 && version?.name === TRANSFERS_FROM.join('.'));
  return isAble ? 'off, not supported yet' : `off, Asterisk ${version?.name ?? 'of an unknown version'}`;
}

export function acceptsAsterisk(text: string): boolean {
  return judgeAsterisk(text).accepted;
}

const NEEDED = `Asterisk ${OLDEST.join('.')} or later`;

/** The accepted versions in words, for messages. */
export const ACCEPTED_ASTERISK = `${NEEDED} (the tests have passed with ${TESTED.join(', ')}; not ${Object.keys(REFUSED).join(', ')})`;

function compare(left: Version, right: Version): number {
  return left[0] - right[0] || left[1] - right[1] || left[2] - right[2];
}
