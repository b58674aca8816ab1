import type { RoomControl } from '../../call/call-control.ts';
import type { Heard } from './heard.ts';
import type { SimulatedLeg } from './simulated-leg.ts';

/** The rooms of the simulated switch: who is in them, and what they hear. */
export class SimulatedRooms implements RoomControl {
  readonly #find: (callSid: string) => SimulatedLeg | undefined;
  readonly #listener: { hears(callSid: string, heard: Heard): void };
  readonly #members = new Map<string, Set<string>>();

  constructor(
    find: (callSid: string) => SimulatedLeg | undefined,
    listener: { hears(callSid: string, heard: Heard): void },
  ) {
    this.#find = find;
    this.#listener = listener;
  }

  enterRoom(roomSid: string, callSid: string): Promise<boolean> {
    const leg = this.#find(callSid);
    if (leg === undefined) return Promise.resolve(false);
    const members = this.#members.get(roomSid) ?? new Set();
    this.#members.set(roomSid, members.add(callSid));
    this.#listener.hears(callSid, { kind: 'conference', room: roomSid });
    leg.beginsToTalk();
    return Promise.resolve(true);
  }

  coach(roomSid: string, callSid: string): Promise<boolean> {
    return this.enterRoom(roomSid, callSid);
  }

  leaveRoom(roomSid: string, callSid: string): Promise<void> {
    if (this.#members.get(roomSid)?.delete(callSid) === true && this.#find(callSid) !== undefined) {
      this.#listener.hears(callSid, { kind: 'silence' });
    }
    return Promise.resolve();
  }

  closeRoom(roomSid: string): Promise<void> {
    this.#members.delete(roomSid);
    return Promise.resolve();
  }

  beepInRoom(roomSid: string): Promise<void> {
    for (const callSid of this.#members.get(roomSid) ?? []) {
      if (this.#find(callSid) !== undefined) this.#listener.hears(callSid, { kind: 'beep' });
    }
    return Promise.resolve();
  }
}
