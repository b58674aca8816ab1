/** What `npm start` runs Node with (src/setup/node-arguments.mjs, which plain Node has to be able to read). */
export async function nodeArguments(): Promise<readonly string[]> {
  const file = new URL('../../src/setup/node-arguments.mjs', import.meta.url);
  const { NODE_ARGUMENTS } = (await import(file.href)) as { readonly NODE_ARGUMENTS: readonly string[] };
  return NODE_ARGUMENTS;
}
