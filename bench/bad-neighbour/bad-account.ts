// The bad neighbour of bench/bad-neighbour.ts, in a process of its own, so that its work does not count as the other's time.
import { once } from 'node:events';
import { BEHAVIOURS } from '../../test/support/neighbours/behaviours.ts';
import { Pressure } from '../../test/support/neighbours/pressure.ts';
import { type Installation, Tenant } from '../../test/support/neighbours/tenant.ts';

const CALLS = Number(process.env['NEIGHBOUR_CALLS'] ?? 40);
const HOST = '127.0.0.66';

interface Order {
  readonly index: number;
  readonly connection: Installation;
  readonly dataDir: string;
  readonly sharedOrigin: string;
}

process.once('disconnect', () => process.exit(1));
const [order] = (await once(process, 'message')) as [Order];
const { index, connection, dataDir, sharedOrigin } = order;
const tenant = await Tenant.moveIn(connection, 'bad', HOST);
const pressure = new Pressure({ tenant, calls: CALLS, sharedOrigin, dataDir });
const told = await BEHAVIOURS[index]?.begin(pressure).then(
  () => 'in force',
  (error: Error) => error.message,
);
const end = once(process, 'message');
process.send?.(told);
await end;
const leave = once(process, 'message');
await pressure.end();
process.send?.('ended');
await leave;
await tenant.moveOut();
process.exit(0);
