import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { Parameters } from '../../call/request-parameters.ts';
import type { Mistake, Place } from './scenario.ts';

/** A value of a YAML file, with its place. */
export class YamlValue {
  readonly place: Place;
  readonly #node: unknown;
  readonly #file: YamlFile;

  constructor(node: unknown, place: Place, file: YamlFile) {
    this.#node = node;
    this.place = place;
    this.#file = file;
  }

  /** Whether it is a single value, and neither a list nor a map. */
  get isText(): boolean {
    return isScalar(this.#node);
  }

  /** Notes what is wrong with it; always undefined. */
  wrong(message: string): undefined {
    this.#file.mistakes.push({ file: this.#file.path, place: this.place, message });
    return undefined;
  }

  /** What was written, as text: `007` stays `007`. Undefined, with a mistake, when it is a list or a map. */
  text(what: string): string | undefined {
    const node = this.#node;
    if (isAlias(node))
      return this.wrong(`${what} must be a text; put one that begins with * between quotes.`);
    if (isScalar(node) && node.value !== null && node.source !== undefined) return node.source;
    return this.wrong(`${what} must be a text.`);
  }

  /** One of these words. */
  word<const W extends string>(what: string, words: readonly W[]): W | undefined {
    const text = this.text(what);
    const found = words.find((word) => word === text);
    if (text === undefined || found !== undefined) return found;
    return this.wrong(`${what} must be one of ${words.join(', ')}, not "${text}".`);
  }

  /** `3s`, `500ms`, `2m`, `1h`; a number alone counts seconds. In milliseconds. */
  milliseconds(what: string): number | undefined {
    const text = this.text(what);
    if (text === undefined) return undefined;
    const [, number = '', unit = 's'] = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h)?$/.exec(text.trim()) ?? [];
    if (number !== '') return Math.round(Number(number) * (UNITS_MS[unit] ?? 0));
    return this.wrong(`${what} must be a time such as 3s, 500ms, 2m or 1h, not "${text}".`);
  }

  /** Its items; nothing at all is an empty list. */
  list(what: string): readonly YamlValue[] {
    const node = this.#node;
    if (isScalar(node) && node.value === null) return [];
    if (isSeq(node)) return node.items.map((item) => this.#file.value(item, this.place));
    this.wrong(`${what} must be a list.`);
    return [];
  }

  /** Its members by name, of which only these are allowed; undefined, with a mistake, when it is no map. */
  members<const K extends string>(what: string, allowed: readonly K[]): Members<K> | undefined {
    const pairs = this.#pairs(what);
    if (pairs === undefined) return undefined;
    for (const { key, name } of pairs) {
      if (!(allowed as readonly string[]).includes(name)) {
        key.wrong(`${what} has no "${name}"; allowed: ${allowed.join(', ')}.`);
      }
    }
    return new Map(pairs.map(({ name, value }) => [name as K, value] as const));
  }

  /** Its members as parameters, whatever their names; a list stands for a repeated name. */
  parameters(what: string): Parameters | undefined {
    return this.#pairs(what)?.flatMap(({ name, value }) => {
      const values = isSeq(value.#node) ? value.list(what) : [value];
      return values.flatMap((each) => {
        const text = each.text(`${what} ${name}`);
        return text === undefined ? [] : [[name, text] as const];
      });
    });
  }

  #pairs(what: string): readonly { key: YamlValue; name: string; value: YamlValue }[] | undefined {
    const node = this.#node;
    if (!isMap(node)) return this.wrong(`${what} must be a map (name: value).`);
    return node.items.map((pair) => {
      const key = this.#file.value(pair.key, this.place);
      const name = isScalar(pair.key) ? String(pair.key.source ?? pair.key.value) : '';
      return { key, name, value: this.#file.value(pair.value, key.place) };
    });
  }
}

export type Members<K extends string> = ReadonlyMap<K, YamlValue>;

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const START: Place = { line: 1, column: 1 };

/** A YAML file that is being read, and what is wrong in it so far. */
export class YamlFile {
  readonly path: string;
  readonly mistakes: Mistake[] = [];
  readonly #lines = new LineCounter();
  readonly #document: Document.Parsed;

  constructor(path: string, text: string) {
    this.path = path;
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false });
    for (const { message, pos } of this.#document.errors) {
      this.mistakes.push({
        file: path,
        place: this.#placeAt(pos[0]),
        message,
      });
    }
  }

  get root(): YamlValue {
    return this.value(this.#document.contents, START);
  }

  /** `otherwise`: the place of what is not written at all. */
  value(node: unknown, otherwise: Place): YamlValue {
    const range = (node as Node | null | undefined)?.range;
    return new YamlValue(
      node,
      range === undefined || range === null ? otherwise : this.#placeAt(range[0]),
      this,
    );
  }

  #placeAt(offset: number): Place {
    const { line, col } = this.#lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  }
}
