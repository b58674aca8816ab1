/** What is used of Node's ClientRequest. */
interface Request {
  prependOnceListener(event: 'socket', listener: (socket: Socket) => void): unknown;
  destroy(error: Error): unknown;
}

interface Socket {
  readonly connecting: boolean;
  prependOnceListener(event: 'connect', listener: () => void): unknown;
}

/**
 * Lets a request be written only if `mayWrite` says so at that moment: it may have waited long for a socket or for its
 * connection. Whether the process was asleep meanwhile is known only then, because no timer has run.
 */
export function guardWriting(request: Request, mayWrite: () => boolean, why: string): void {
  const check = () => {
    if (!mayWrite()) request.destroy(new Error(why));
  };
  request.prependOnceListener('socket', (socket) => {
    check();
    if (socket.connecting) socket.prependOnceListener('connect', check);
  });
}
