import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/** Whether nobody listens on this TCP port. */
export async function isTcpPortFree(host: string, port: number): Promise<boolean> {
  return (await tryListen(host, port)) !== undefined;
}

/** Whether nobody listens on this UDP port. */
export async function isUdpPortFree(host: string, port: number): Promise<boolean> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  try {
    socket.bind({ port, address: host, exclusive: true });
    await once(socket, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    socket.close();
  }
}

/** A TCP port of this host that is free at the moment. */
export async function pickFreePort(host: string): Promise<number> {
  const port = await tryListen(host, 0);
  if (port === undefined) throw new Error(`No free TCP port on ${host}`);
  return port;
}

async function tryListen(host: string, port: number): Promise<number | undefined> {
  const server = createServer();
  try {
    server.listen({ port, host, exclusive: true });
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  } catch {
    return undefined;
  } finally {
    server.close();
  }
}
