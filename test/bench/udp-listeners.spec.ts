import assert from 'node:assert/strict';
import { hasListener } from '../../bench/load/udp-listeners.ts';

describe('A listener on UDP', () => {
  const table = [
    '   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    '  417: 0515007F:3E80 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 4711',
  ].join('\n');

  it('is found by its address and port', () => {
    assert.ok(hasListener(table, { host: '127.0.21.5', port: 16_000 }));
  });

  it('is not taken for one at another address or port', () => {
    for (const address of [
      { host: '127.0.21.6', port: 16_000 },
      { host: '127.0.21.5', port: 16_001 },
      { host: '0.0.0.0', port: 0 },
    ]) {
      assert.equal(hasListener(table, address), false);
    }
  });
});
