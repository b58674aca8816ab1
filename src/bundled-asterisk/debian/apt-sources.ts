import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Debian's own mirror network, used if the host is not configured with a Debian mirror. */
export const STANDARD_MIRROR = 'http://deb.debian.org/debian';

/** The first Debian mirror in the text of an apt source file, one-line (`deb …`) or deb822 (`URIs: …`). */
export function debianMirrorIn(text: string): string | undefined {
  for (const line of text.split('\n')) {
    const entry = /^\s*(?:deb\s+(?:\[[^\]]*\]\s+)?|URIs:\s*)(\S.*)$/i.exec(line);
    const mirror = entry?.[1]?.split(/\s+/).find(isDebianMirror);
    if (mirror !== undefined) return mirror.replace(/\/+$/, '');
  }
  return undefined;
}

/** The Debian mirror that this host uses, so that proxies and local mirrors keep working. */
export async function findDebianMirror(aptFolder = '/etc/apt'): Promise<string> {
  const parts = join(aptFolder, 'sources.list.d');
  const files = [
    join(aptFolder, 'sources.list'),
    ...(await readdir(parts).catch((): string[] => [])).toSorted().map((name) => join(parts, name)),
  ];
  for (const file of files) {
    const mirror = debianMirrorIn(await readFile(file, 'utf8').catch(() => ''));
    if (mirror !== undefined) return mirror;
  }
  return STANDARD_MIRROR;
}

function isDebianMirror(address: string): boolean {
  return /^https?:\/\/\S+\/debian\/*$/.test(address);
}
