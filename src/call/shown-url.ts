/** A URL as it may be shown and kept: without user and password. Anything but an HTTP URL is hidden completely. */
export function withoutCredentials(url: string): string {
  if (!URL.canParse(url) || !/^https?:/i.test(url.trim())) return '(not an HTTP URL)';
  const shown = new URL(url);
  if (shown.username === '' && shown.password === '') return url;
  shown.username = '';
  shown.password = '';
  return shown.href;
}
