import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';

/** What compose sets itself, what its two containers cannot have (docs/docker.md), and what only counts in a cluster. */
const NOT_PASSED_ON =
  `HTTP_HOST SIP_HOST DATA_DIR SECRET_KEY_FILE RECORDINGS_DIR ARI_PASSWORD RTP_PORT_MIN RTP_PORT_MAX TLS
SIP_TRACE SIP_TRACE_DAYS SIP_TRACE_PORT HEP_SERVER HEP_CAPTURE_ID HEP_PASSWORD
CLUSTER NODE_NAME NODE_URL SIP_ADDRESS SIP_PROXY ARI_HOST`.split(/\s+/);

describe('docker-compose.yml', () => {
  it('passes every setting on to Legwork that can be set there', async () => {
    const compose = parse(await readFile('docker-compose.yml', 'utf8'), { merge: true }) as {
      services: Record<string, { environment: Record<string, string> }>;
    };
    const passed = new Set(Object.keys(compose.services['legwork']?.environment ?? {}));
    const source = await readFile('src/config.ts', 'utf8');
    const settings = [...source.matchAll(/^ {2}([A-Z_]+): setting\./gm)].map(([, name = '']) => name);
    assert.ok(settings.includes('MAX_CALLS'));
    assert.deepEqual(
      settings.filter((name) => !passed.has(name) && !NOT_PASSED_ON.includes(name)),
      [],
    );
  });
});
