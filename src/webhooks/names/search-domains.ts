/** What resolv.conf(5) says about names that are not complete. */
export interface SearchRules {
  readonly domains: readonly string[];
  /** A name with fewer dots is looked for in the domains first. */
  readonly dots: number;
}

/** Reads `search`, `domain` and `options ndots`; the last one of several counts. */
export function searchRules(resolvConf: string): SearchRules {
  let rules: SearchRules = { domains: [], dots: 1 };
  for (const line of resolvConf.split('\n')) {
    const [key, ...words] = line
      .replace(/[#;].*/, '')
      .trim()
      .split(/\s+/);
    if (key === 'search' || key === 'domain')
      rules = { ...rules, domains: words.filter((word) => word !== '.') };
    const dots = key === 'options' ? words.findLast((word) => word.startsWith('ndots:')) : undefined;
    if (dots !== undefined)
      rules = { ...rules, dots: Math.min(15, Number(dots.slice('ndots:'.length)) || 0) };
  }
  return rules;
}

/** The whole names that `host` may stand for, in the order in which they are asked for. */
export function candidates(host: string, { domains, dots }: SearchRules): readonly string[] {
  if (host.endsWith('.')) return [host.slice(0, -1)];
  const within = domains.map((domain) => `${host}.${domain.replace(/\.$/, '')}`);
  const asItIs = host.split('.').length - 1 >= dots;
  return asItIs ? [host, ...within] : [...within, host];
}
