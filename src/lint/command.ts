import { decodeDocument } from '../rcml/lint/lint-encoding.ts';
import type { FetchDocument, FetchedDocument } from '../rcml/lint/lint-fetch.ts';
import { masked } from '../rcml/document/masked.ts';
import { lint } from '../rcml/lint/lint.ts';
import { isHttpUrl, type LintOrder, parseArguments, USAGE } from './arguments.ts';
import { type Checked, lineOf, summaryOf } from './print.ts';

/** What the command needs from outside. Reading rejects with Node's errors. */
export interface LintWorld {
  readonly fetchDocument: FetchDocument;
  readFile(path: string): Promise<Uint8Array>;
  readInput(): Promise<Uint8Array>;
  out(line: string): void;
  err(line: string): void;
}

export type ExitCode = 0 | 1 | 2;

/** `legwork lint`: 0 nothing found, 1 errors or warnings, 2 wrong usage or a document that cannot be read. */
export async function lintCommand(args: readonly string[], world: LintWorld): Promise<ExitCode> {
  if (args.includes('--help') || args.includes('-h')) {
    world.out(USAGE.trimEnd());
    return 0;
  }
  const order = parseArguments(args);
  if (typeof order === 'string') {
    world.err(`${order}.\n\n${USAGE.trimEnd()}`);
    return 2;
  }
  const checked: Checked[] = [];
  for (const source of order.sources) checked.push(await check(source, order, world));
  print(checked, order, world);
  return exitCode(checked, order);
}

async function check(source: string, order: LintOrder, world: LintWorld): Promise<Checked> {
  const shown = source === '-' ? '<stdin>' : masked(source);
  const read = await readDocument(source, order, world);
  if (!read.ok) return { source: shown, findings: [], failure: read.message };
  const findings = [...read.findings, ...lint(read.source)];
  return { source: shown, findings: findings.toSorted((a, b) => a.line - b.line || a.column - b.column) };
}

async function readDocument(source: string, order: LintOrder, world: LintWorld): Promise<FetchedDocument> {
  if (isHttpUrl(source)) return world.fetchDocument(source, order.method);
  try {
    const bytes = await (source === '-' ? world.readInput() : world.readFile(source));
    const { text, findings } = decodeDocument(bytes);
    const base = order.base === undefined ? {} : { url: order.base };
    return { ok: true, source: { text, contentType: '', ...base }, findings };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}

function print(checked: readonly Checked[], order: LintOrder, world: LintWorld): void {
  if (order.json) {
    world.out(JSON.stringify(checked, undefined, 2));
    return;
  }
  for (const { source, findings, failure } of checked) {
    if (failure !== undefined) world.err(`${source}: cannot be read: ${failure}`);
    for (const found of findings) world.out(lineOf(source, found));
  }
  const read = checked.filter(({ failure }) => failure === undefined);
  if (read.length > 0) world.out(summaryOf(read));
}

function exitCode(checked: readonly Checked[], { failOn }: LintOrder): ExitCode {
  if (checked.some(({ failure }) => failure !== undefined)) return 2;
  const counts = { error: ['error'], warning: ['error', 'warning'], note: ['error', 'warning', 'note'] }[
    failOn
  ];
  return checked.some(({ findings }) => findings.some(({ level }) => counts.includes(level))) ? 1 : 0;
}
