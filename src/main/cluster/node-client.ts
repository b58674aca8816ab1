import http from 'node:http';
import https from 'node:https';
import {
  ForwardError,
  type ForwardReply,
  type OtherNode,
  type OutgoingForward,
} from '../../api/cluster/cluster-port.ts';
import type { Clock } from '../../concurrency/clock.ts';

/** A node that is alive accepts a connection at once. */
const CONNECT_WITHIN_MS = 2_000;
/** A command may have to wait for Asterisk, and for the disk. */
const ANSWER_WITHIN_MS = 20_000;
const IDLE_SOCKET_MS = 5_000;

/** Sends requests to other nodes. */
export class NodeClient {
  readonly #plain = new http.Agent({ keepAlive: true, timeout: IDLE_SOCKET_MS });
  readonly #secure = new https.Agent({ keepAlive: true, timeout: IDLE_SOCKET_MS });
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @throws ForwardError */
  send(node: OtherNode, { method, path, headers, body }: OutgoingForward): Promise<ForwardReply> {
    const url = new URL(node.url + path);
    const secure = url.protocol === 'https:';
    return new Promise((resolve, reject) => {
      let isSent = false;
      const outgoing = (secure ? https : http).request(url, {
        method,
        agent: secure ? this.#secure : this.#plain,
        headers: { ...headers, ...(body.length === 0 ? {} : { 'content-length': body.length }) },
      });
      const stopAnswer = this.#clock.after(ANSWER_WITHIN_MS, () =>
        outgoing.destroy(new Error('no answer in time')),
      );
      const stopConnect = this.#clock.after(CONNECT_WITHIN_MS, () => {
        if (!isSent) outgoing.destroy(new Error('no connection in time'));
      });
      const stopTimers = () => {
        stopAnswer();
        stopConnect();
      };
      outgoing.on('socket', (socket) => {
        if (!socket.connecting) isSent = true;
        else socket.once(secure ? 'secureConnect' : 'connect', () => (isSent = true));
      });
      outgoing.on('error', (error) => {
        stopTimers();
        reject(new ForwardError(`Node ${node.name} does not answer: ${error.message}`, isSent));
      });
      outgoing.on('response', (incoming) => {
        stopTimers();
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: incoming });
      });
      outgoing.end(body);
    });
  }

  close(): void {
    this.#plain.destroy();
    this.#secure.destroy();
  }
}
