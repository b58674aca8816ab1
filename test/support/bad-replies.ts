import type { Handler } from './application-server.ts';

/** A body that comes in pieces and has no end. */
export function endless(piece: string, everyMs: number): Handler {
  return (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/xml' });
    const timer = setInterval(() => response.write(piece), everyMs);
    response.on('close', () => clearInterval(timer));
    return undefined;
  };
}

/** Breaks the connection when the headers and some of the body, but not all of it, have gone out. */
export function brokenOff(status: number): Handler {
  return (_request, response) => {
    response.writeHead(status, { 'content-length': '100' });
    response.write('half', () => response.socket?.destroy());
    return undefined;
  };
}

/** A body whose second part comes so much later than the first. */
export function inTwoParts(first: string, second: string, laterMs: number): Handler {
  return (_request, response) => {
    response.writeHead(200).write(first);
    setTimeout(() => response.end(second), laterMs);
    return undefined;
  };
}
