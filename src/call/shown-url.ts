/** A URL as it may be shown and kept: without user and password. What is no HTTP URL stays secret as a whole. */
export function withoutCredentials(url: string): string {
  if (!URL.canParse(url) || !/^https?:/i.test(url.trim())) return '(not an HTTP URL)';
  const shown = new URL(url);
  if (shown.username === '' && shown.password === '') return url;
  shown.username = '';
  shown.password = '';
  return shown.href;
}
