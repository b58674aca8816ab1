import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { TlsCertificate } from '../api/http/http-server.ts';
import type { Clock } from '../concurrency/clock.ts';
import type { Log } from '../concurrency/log.ts';
import type { TlsConfig } from '../config.ts';
import { SetupError } from '../setup/setup-error.ts';

const LOOK_EACH_MS = 10_000;

type Pair = ReturnType<TlsCertificate['current']>;

/**
 * The certificate and key of TLS_CERT_FILE and TLS_KEY_FILE, read again when they change, as certbot does every two
 * months. While a new pair cannot be used, the one before stays. @throws SetupError
 */
export function tlsFiles(files: TlsConfig, { clock, log }: { clock: Clock; log: Log }): TlsCertificate {
  const first = readPair(files);
  if ('problem' in first) throw new SetupError(`TLS_CERT_FILE and TLS_KEY_FILE: ${first.problem}`);
  let current = first.pair;
  return {
    current: () => current,
    onChange(use) {
      let said: string | undefined;
      const look = () => {
        cancel = clock.after(LOOK_EACH_MS, look);
        const read = readPair(files);
        if ('problem' in read) {
          if (read.problem !== said)
            log.warn({ problem: read.problem }, 'The new certificate cannot be used');
          said = read.problem;
          return;
        }
        said = undefined;
        if (read.pair.cert.equals(current.cert) && read.pair.key.equals(current.key)) return;
        current = read.pair;
        use(current);
        log.info({}, 'The certificate was read again');
      };
      let cancel = clock.after(LOOK_EACH_MS, look);
      return () => cancel();
    },
  };
}

/** Two small files: to read them takes less than anything else would. */
function readPair({ certFile, keyFile }: TlsConfig): { readonly pair: Pair } | { readonly problem: string } {
  try {
    const pair = { cert: readFileSync(certFile), key: readFileSync(keyFile) };
    createSecureContext(pair);
    return { pair };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
