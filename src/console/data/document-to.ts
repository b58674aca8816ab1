/** The form that gives a call another document: from a URL, or one that dials what else was written. */
export function documentTo(written: string): Readonly<Record<string, string>> {
  const text = written.trim();
  if (/^https?:\/\//i.test(text)) return { Url: text };
  const escaped = text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
  return { Rcml: `<Response><Dial>${escaped}</Dial></Response>` };
}
