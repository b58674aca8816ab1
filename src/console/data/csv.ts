/** A column of a CSV file: its heading, and what a row has there. */
export interface CsvColumn<T> {
  readonly heading: string;
  readonly value: (row: T) => string | number | null | undefined;
}

/** The first line of a CSV file. */
export function csvHead<T>(columns: readonly CsvColumn<T>[]): string {
  return line(columns.map(({ heading }) => heading));
}

/** A row of a CSV file, with its line break. */
export function csvRow<T>(columns: readonly CsvColumn<T>[], row: T): string {
  return line(columns.map(({ value }) => String(value(row) ?? '')));
}

function line(cells: readonly string[]): string {
  return `${cells.map(cell).join(',')}\r\n`;
}

/** What a spreadsheet would take for a formula at the beginning of a cell, also behind blanks. */
const FORMULA = /^\s*[=+\-@\t\r]/;

/**
 * A caller can put anything into a display name. A cell that a spreadsheet would run as a formula begins with an
 * apostrophe, which shows it as it is.
 */
export function cell(text: string): string {
  const guarded = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}
