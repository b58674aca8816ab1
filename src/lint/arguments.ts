/** What the command line asks for. */
export interface LintOrder {
  /** Files, URLs, and `-` for standard input. */
  readonly sources: readonly string[];
  readonly json: boolean;
  /** Where relative URLs of files and of standard input resolve. */
  readonly base?: string;
  /** How URLs are requested; POST carries the parameters of an inbound call's first request. */
  readonly method: 'GET' | 'POST';
  /** The lowest level that makes the exit code 1. */
  readonly failOn: 'error' | 'warning' | 'note';
}

export const USAGE = `Usage: npx legwork lint [options] FILE|URL|- …

Reports everything wrong or odd in RCML documents, using the compiler that runs calls.

  --json           print one JSON array instead of lines
  --base URL       the URL that a file will be served at: relative URLs in it resolve against this
  --post           request URLs by POST, with the parameters of an inbound call's first request (default: GET)
  --errors-only    exit code 1 only for errors (a refused document), not for warnings
  --strict         exit code 1 for notes as well

Exit code: 0 nothing found (or only notes), 1 errors or warnings, 2 wrong usage or a document that cannot be read.
`;

/** Reads the command line; a string says what is wrong with it. */
export function parseArguments(args: readonly string[]): LintOrder | string {
  const sources: string[] = [];
  let order: Omit<LintOrder, 'sources'> = { json: false, method: 'GET', failOn: 'warning' };
  for (let index = 0; index < args.length; index += 1) {
    const argument = args[index] ?? '';
    if (argument === '--json') order = { ...order, json: true };
    else if (argument === '--post') order = { ...order, method: 'POST' };
    else if (argument === '--errors-only') order = { ...order, failOn: 'error' };
    // Warnings count anyway; the option exists because people and CI scripts write it out of habit.
    else if (argument === '--warnings-as-errors') order = { ...order, failOn: 'warning' };
    else if (argument === '--strict') order = { ...order, failOn: 'note' };
    else if (argument === '--base') {
      index += 1;
      const base = args[index] ?? '';
      if (!isHttpUrl(base)) return '--base needs an absolute http or https URL';
      order = { ...order, base };
    } else if (argument.startsWith('-') && argument !== '-') return `Unknown option ${argument}`;
    else sources.push(argument);
  }
  if (sources.length === 0) return 'No document was given';
  if (sources.filter((source) => source === '-').length > 1) return '- may be given only once';
  return { ...order, sources };
}

export function isHttpUrl(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text);
}
