import { constants, fstatSync, openSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { WriteBytes } from './line-output.ts';

/** Writes to standard output (1) or standard error (2) without ever waiting for whoever reads it. */
export function writeTo(descriptor: 1 | 2): WriteBytes {
  const own = withoutWaiting(descriptor);
  return (bytes) => writeSync(own.descriptor, bytes);
}

/**
 * A file takes everything or fails. A write to a pipe or terminal waits for its reader unless it is non-blocking. We
 * open it again to get a file description of our own for that: the one that we inherited is shared with other processes.
 */
function withoutWaiting(descriptor: number): { readonly descriptor: number; readonly socket?: Socket } {
  const kind = fstatSync(descriptor);
  if (kind.isFile()) return { descriptor };
  if (kind.isSocket()) return { descriptor, socket: keptOpen(descriptor) };
  try {
    const flags = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
    return { descriptor: openSync(`/proc/self/fd/${descriptor}`, flags) };
  } catch {
    // Nobody reads the pipe any more, or the terminal is another user's.
    return { descriptor };
  }
}

/** A socket (systemd's journal, a parent in Node) cannot be opened again. Node makes a socket that it wraps non-blocking. */
function keptOpen(fd: number): Socket {
  const socket = new Socket({ fd, readable: false, writable: true });
  socket.on('error', () => socket.unref());
  return socket.unref();
}
