import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import Koa from 'koa';
import type {
  ClusterPort,
  ForwardReply,
  OtherNode,
  Whereabouts,
} from '../../../src/api/cluster/cluster-port.ts';
import { ForwardError } from '../../../src/api/cluster/cluster-port.ts';
import { FORWARD_HEADERS, forwardKey } from '../../../src/api/cluster/forward-signature.ts';
import { forwardRequests } from '../../../src/api/cluster/forward-requests.ts';
import { notFound } from '../../../src/api/errors.ts';
import { errorExit } from '../../../src/api/http/error-exit.ts';
import { type HttpServer, startHttpServer } from '../../../src/api/http/http-server.ts';
import type { ApiState } from '../../../src/api/http/state.ts';
import { hurriedClock } from '../../support/hurried-clock.ts';
import { systemClock } from '../../../src/clock.ts';

const B: OtherNode = { name: 'b', url: 'http://b' };
const CALL = `/Accounts/AC${'1'.repeat(32)}/Calls/CA${'2'.repeat(32)}`;
const CALLS = `/Accounts/AC${'1'.repeat(32)}/Calls`;

const reply = (status: number, body = ''): ForwardReply => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: Readable.from([body]),
});

/** Where things are, and what the other node replies, as a test says. */
class FakeCluster implements ClusterPort {
  readonly nodeName = 'a';
  readonly forwardKey = forwardKey(new Uint8Array(32));
  readonly sent: string[] = [];
  whereabouts: Whereabouts[] = [];
  replies: (ForwardReply | ForwardError)[] = [];
  others: readonly OtherNode[] = [];
  forwards = 0;

  call = () => Promise.resolve(this.#next());
  room = () => Promise.resolve(this.#next());
  queue = () => Promise.resolve(this.#next());
  callback = () => Promise.resolve(this.#next());
  newCall = () => this.#next();
  peers = () => this.others;
  endCallsElsewhere = () => Promise.resolve();
  replayHere = () => Promise.resolve(true);
  roomCommand = () => Promise.resolve(undefined);
  health = () => ({ node: 'a', switches: [], peers: [] });

  send(node: OtherNode, { method, path }: { readonly method: string; readonly path: string }) {
    this.sent.push(`${node.name} ${method} ${path}`);
    const next = this.replies.shift();
    if (next === undefined) throw new Error('No reply was prepared');
    return next instanceof ForwardError ? Promise.reject(next) : Promise.resolve(next);
  }

  forwarded(): void {
    this.forwards += 1;
  }

  /** The last one stays. */
  #next(): Whereabouts {
    const [next] = this.whereabouts.length > 1 ? this.whereabouts.splice(0, 1) : this.whereabouts;
    return next ?? { kind: 'unknown' };
  }
}

describe('A request to one of several nodes', () => {
  let cluster: FakeCluster;
  let server: HttpServer;
  let isForwarded: boolean;
  let answer: () => void;

  beforeEach(async () => {
    cluster = new FakeCluster();
    isForwarded = false;
    answer = () => undefined;
    const app = new Koa<ApiState>();
    app.use(errorExit());
    app.use(async (ctx, next) => {
      ctx.state.apiPath = ctx.path;
      if (isForwarded) ctx.state.forwarder = { node: 'b', accountSid: 'AC', bodyHash: '' };
      await next();
    });
    app.use(forwardRequests(cluster, { ...hurriedClock, steady: () => systemClock.steady() * 20 }));
    app.use((ctx) => {
      answer();
      ctx.body = 'here';
    });
    server = await startHttpServer(app.callback(), { host: '127.0.0.1', port: 0, clock: systemClock });
  });
  afterEach(() => server.close());

  async function ask(
    method: string,
    path: string,
  ): Promise<{ status: number; text: string; headers: Headers }> {
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`, { method });
    return { status: response.status, text: await response.text(), headers: response.headers };
  }

  it('about a call that this node drives is answered here', async () => {
    cluster.whereabouts = [{ kind: 'here' }];
    assert.deepEqual([(await ask('POST', CALL)).text, cluster.sent], ['here', []]);
  });

  it('about a call of another node is forwarded, and has its reply', async () => {
    cluster.whereabouts = [{ kind: 'node', node: B }];
    cluster.replies = [reply(400, '{"code":1}')];
    const { status, text, headers } = await ask('POST', `${CALL}?x=1`);
    assert.deepEqual(
      [status, text, headers.get('content-type'), cluster.sent, cluster.forwards],
      [400, '{"code":1}', 'application/json', [`b POST ${CALL}?x=1`], 1],
    );
  });

  it('that another node forwards is not forwarded again: 421 names the node that drives it', async () => {
    isForwarded = true;
    cluster.whereabouts = [{ kind: 'node', node: B }];
    const { status, headers } = await ask('POST', CALL);
    assert.deepEqual([status, headers.get(FORWARD_HEADERS.holder), cluster.sent], [421, 'b', []]);
  });

  it('is sent to the next one when the first one says 421', async () => {
    const c = { name: 'c', url: 'http://c' };
    cluster.whereabouts = [
      { kind: 'node', node: B },
      { kind: 'node', node: c },
    ];
    cluster.replies = [reply(421), reply(200, '{}')];
    assert.equal((await ask('POST', CALL)).status, 200);
    assert.deepEqual(cluster.sent, [`b POST ${CALL}`, `c POST ${CALL}`]);
  });

  it('waits while nobody drives its switch, and is 503 with Retry-After when that takes too long', async () => {
    cluster.whereabouts = [{ kind: 'nobody' }, { kind: 'nobody' }, { kind: 'here' }];
    assert.equal((await ask('POST', CALL)).text, 'here');
    cluster.whereabouts = [{ kind: 'nobody' }];
    const { status, headers } = await ask('POST', CALL);
    assert.deepEqual([status, headers.get('retry-after')], [503, '5']);
  });

  it('that only reads is answered from the database instead of waiting', async () => {
    cluster.whereabouts = [{ kind: 'nobody' }];
    assert.equal((await ask('GET', CALL)).text, 'here');
  });

  it('is not repeated when nobody knows whether the other node has done it', async () => {
    cluster.whereabouts = [{ kind: 'node', node: B }];
    cluster.replies = [new ForwardError('broken', true)];
    const { status, text } = await ask('POST', CALLS);
    assert.deepEqual([status, cluster.sent.length], [503, 1]);
    assert.match(text, /nobody knows whether it was done/);
  });

  it('is tried again when the other node could not be reached', async () => {
    cluster.whereabouts = [{ kind: 'node', node: B }, { kind: 'here' }];
    cluster.replies = [new ForwardError('refused', false)];
    assert.deepEqual([(await ask('POST', CALLS)).text, cluster.sent], ['here', [`b POST ${CALLS}`]]);
  });

  it('about what this node does not know is asked of the others', async () => {
    answer = () => {
      throw notFound();
    };
    cluster.others = [B];
    cluster.replies = [reply(200, '{"sid":"CA"}'), reply(404)];
    assert.equal((await ask('GET', CALL)).text, '{"sid":"CA"}');
    assert.equal((await ask('GET', CALL)).status, 404);
  });

  it('about anything else is answered here', async () => {
    assert.equal((await ask('GET', CALLS)).text, 'here');
  });
});
