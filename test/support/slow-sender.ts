import type { Socket } from 'node:net';

/** Sends `head`, and then a byte every 20 ms until the other side says something or goes. */
export function sendSlowly(socket: Socket, head: string): void {
  socket.write(head);
  // Behind what has just been received: a byte to a connection that was closed would take the reply with it.
  const drip = setInterval(() => setImmediate(() => stopped || socket.write('a')), 20);
  let stopped = false;
  const stop = () => {
    stopped = true;
    clearInterval(drip);
  };
  socket.once('data', stop).once('close', stop);
}
