import { hardWork } from './hard-work.ts';
import type { Behaviour } from './pressure.ts';
import { slowServers } from './slow-servers.ts';

/** What a neighbour may do worst, within the limits of an account. */
export const BEHAVIOURS: readonly Behaviour[] = [...slowServers, ...hardWork];
