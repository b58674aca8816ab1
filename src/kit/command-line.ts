import { parseArgs, type ParseArgsConfig } from 'node:util';

/** Where a command prints. */
export interface Printer {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
}

/** Reads options as `node:util` does; a string says what is wrong with them. */
export function readOptions<const T extends ParseArgsConfig>(
  config: T,
): ReturnType<typeof parseArgs<T>> | string {
  try {
    return parseArgs(config);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** What a command line asks for, or the exit code when there was nothing to do but to print help (0) or a mistake (2). */
export function orderOf<T extends object>(
  args: readonly string[],
  { usage, parse }: { readonly usage: string; readonly parse: (args: readonly string[]) => T | string },
  { out, err }: Printer,
): T | 0 | 2 {
  if (args.includes('--help') || args.includes('-h')) {
    out(usage.trimEnd());
    return 0;
  }
  const order = parse(args);
  if (typeof order !== 'string') return order;
  err(`${order}.\n\n${usage.trimEnd()}`);
  return 2;
}
