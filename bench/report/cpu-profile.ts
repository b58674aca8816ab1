/** What of V8's CPU profile is read (the .cpuprofile format of the Chrome DevTools Protocol). */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: {
      readonly functionName: string;
      readonly url: string;
      /** From 0. */
      readonly lineNumber: number;
    };
  }[];
  /** The node that ran, at each sample. */
  readonly samples: readonly number[];
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[];
}

export interface ProfileRow {
  readonly name: string;
  readonly ms: number;
}

/** The time spent in each part of the program itself, without what it called; most first, without idle time. */
export function timesByPart(profile: CpuProfile): readonly ProfileRow[] {
  return times(profile, ({ functionName, url }) => partOf(functionName, url));
}

/** The same for each function. */
export function timesByFunction(profile: CpuProfile): readonly ProfileRow[] {
  return times(profile, ({ functionName, url, lineNumber }) => {
    const where = url === '' ? '' : ` ${shortPath(url)}:${lineNumber + 1}`;
    return `${functionName === '' ? '(anonymous)' : functionName}${where}`;
  });
}

type CallFrame = CpuProfile['nodes'][number]['callFrame'];

function times(
  { nodes, samples, timeDeltas }: CpuProfile,
  nameOf: (frame: CallFrame) => string,
): readonly ProfileRow[] {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const sums = new Map<string, number>();
  for (const [index, id] of samples.entries()) {
    const frame = frames.get(id);
    if (frame === undefined || frame.functionName === '(idle)') continue;
    const name = nameOf(frame);
    // A sample stands for the time until the next one.
    sums.set(name, (sums.get(name) ?? 0) + (timeDeltas[index + 1] ?? 0) / 1000);
  }
  return [...sums].map(([name, ms]) => ({ name, ms })).toSorted((a, b) => b.ms - a.ms);
}

/** A folder of ours, a package, or a part of Node.js. */
function partOf(functionName: string, url: string): string {
  if (url === '') return functionName.startsWith('(') ? functionName : 'built-in functions of JavaScript';
  if (url.startsWith('node:')) return url.split('/').slice(0, 2).join('/');
  const path = shortPath(url);
  const [first = '', ...rest] = path.split('/');
  if (first !== 'node_modules') return ['src', ...path.split('/').slice(0, -1).slice(0, 2)].join('/');
  return `package ${rest.slice(0, rest[0]?.startsWith('@') === true ? 2 : 1).join('/')}`;
}

/** From `node_modules` on, or of ours, below `dist`. */
function shortPath(url: string): string {
  const at = url.lastIndexOf('/node_modules/');
  return at < 0 ? url.replace(/^.*?\/dist\//, '') : url.slice(at + 1);
}
