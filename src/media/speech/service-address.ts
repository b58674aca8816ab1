/** Where a service of the operator's is, without the user and password in its URL, which become basic authentication. */
export function serviceAddress(service: string | URL): {
  readonly address: URL;
  readonly headers: Readonly<Record<string, string>>;
} {
  const address = new URL(service);
  const { username, password } = address;
  address.username = '';
  address.password = '';
  address.hash = '';
  if (username === '' && password === '') return { address, headers: {} };
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { address, headers: { Authorization: `Basic ${Buffer.from(pair).toString('base64')}` } };
}

/** Whether `serviceAddress` can read it. */
export function isServiceAddress(service: string): boolean {
  try {
    serviceAddress(service);
    return true;
  } catch {
    return false;
  }
}
