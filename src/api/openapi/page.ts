import { compact } from '../../call/compact.ts';
import type { JsonObject, JsonValue } from '../http/rendering.ts';

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}
h2{margin-top:2.5rem;border-bottom:1px solid #ddd}details{margin:.4rem 0}summary{cursor:pointer}
code,.m{font:13px ui-monospace,monospace}.m{display:inline-block;min-width:4.2rem;font-weight:600}
table{border-collapse:collapse;margin:.5rem 0 1rem 4.2rem}td{padding:.15rem .8rem .15rem 0;vertical-align:top}
.d{color:#666}@media(prefers-color-scheme:dark){body{background:#161616;color:#ddd}h2{border-color:#444}.d{color:#999}}`;

/** The OpenAPI document as a page, without scripts or anything from other hosts. `nonce` allows its style sheet. */
export function docsPage(document: JsonObject, nonce: string): string {
  const { info, paths } = document as { info: JsonObject; paths: Record<string, JsonObject> };
  const groups = new Map<string, string[]>();
  for (const [path, methods] of Object.entries(paths)) {
    const group =
      /^\/Accounts\/\{AccountSid\}\/(\w+)/.exec(path)?.[1] ??
      (path.startsWith('/Accounts') ? 'Accounts' : 'Other');
    const operations = Object.entries(methods).filter(([name]) => name !== 'servers');
    const html = operations.map(([method, operation]) =>
      operationHtml(path, method, operation as JsonObject),
    );
    groups.set(group, [...(groups.get(group) ?? []), ...html]);
  }
  const body = [...groups].map(
    ([name, html]) => `<h2 id="${escaped(name)}">${escaped(name)}</h2>${html.join('')}`,
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Legwork: REST API</title><style nonce="${nonce}">${STYLE}</style>
<h1>Legwork ${textOf(info['version'])}: REST API</h1>
<p>${textOf(info['description'])} The machine-readable form: <a href="/openapi.json">openapi.json</a>.
All paths are below <code>/2012-04-24</code> or <code>/2010-04-01</code>; authentication is Basic, with AccountSid and AuthToken.</p>
${body.join('\n')}</html>`;
}

function operationHtml(path: string, method: string, operation: JsonObject): string {
  const { parameters = [], requestBody } = operation;
  const rows = (parameters as readonly JsonObject[])
    .filter((parameter) => parameter['in'] === 'query')
    .map(({ name, schema, description }) =>
      row(name as string, compact({ ...(schema as JsonObject), description }), false),
    );
  const head = `<span class="m">${method.toUpperCase()}</span><code>${escaped(path)}</code> <span class="d">${textOf(operation['summary'])}</span>`;
  const table = [...rows, ...formRows(requestBody as JsonObject | undefined)].join('');
  return table === ''
    ? `<p>${head}</p>`
    : `<details><summary>${head}</summary><table>${table}</table></details>`;
}

function formRows(body: JsonObject | undefined): readonly string[] {
  const content = body?.['content'] as Record<string, { schema: JsonObject }> | undefined;
  const schema = content?.['application/x-www-form-urlencoded']?.schema;
  if (schema === undefined) return [];
  const required = (schema['required'] ?? []) as readonly string[];
  return Object.entries(schema['properties'] as Record<string, JsonObject>).map(([name, property]) =>
    row(name, property, required.includes(name)),
  );
}

function row(name: string, schema: JsonObject, required: boolean): string {
  const what =
    schema['description'] ??
    (schema['anyOf'] as readonly JsonObject[] | undefined)?.[0]?.['description'] ??
    schema['type'];
  return `<tr><td><code>${escaped(name)}</code><td>${required ? '<b>required</b> ' : ''}${textOf(what)}`;
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? escaped(value) : '';
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
