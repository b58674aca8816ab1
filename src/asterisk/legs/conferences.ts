import type { RoomControl } from '../../call/call-control.ts';
import { AriError } from '../ari/ari-error.ts';
import { readBridge, readList } from '../ari/ari-objects.ts';
import { BRIDGE_NAME } from './bridges.ts';
import { coachLeg } from './coaching.ts';
import type { ControlledLeg } from './controlled-leg.ts';
import { attempt, type LegContext } from './leg-context.ts';

/**
 * Asterisk changes how a bridge passes sound on with the number of its channels. With `video_sfu` it stays with its mixer
 * (softmix), so nobody is cut off for a moment when the third one joins, and digits are reported. For two channels it would
 * take `simple_bridge`, in which Asterisk 22.10 passes sound on to a channel beside its audio hooks when somebody has begun
 * to whisper to that channel while it was alone: the whisper was never heard, and its listener did not hear that side.
 */
const ROOM_TYPE = 'mixing,dtmf_events,video_sfu';
const BEEP = 'sound:beep';

/** Rooms as mixing bridges. A bridge's id begins with the room's sid, so that the next process finds it again. */
export class RoomBridges implements RoomControl {
  readonly #context: LegContext;
  readonly #leg: (callSid: string) => ControlledLeg | undefined;
  /** Room → its bridge, which may still be in the making. */
  readonly #bridges = new Map<string, Promise<string | undefined>>();
  /** CallSid of a leg that coaches another one → what ends that. */
  readonly #coaching = new Map<string, () => Promise<void>>();

  constructor(context: LegContext, leg: (callSid: string) => ControlledLeg | undefined) {
    this.#context = context;
    this.#leg = leg;
  }

  async enterRoom(roomSid: string, callSid: string): Promise<boolean> {
    if (await this.#add(roomSid, callSid)) return true;
    const leg = this.#leg(callSid);
    if (leg === undefined || leg.ended.aborted) return false;
    // The bridge may be gone: Asterisk was restarted, or it was empty and removed after a lost connection.
    if (await this.#stands(roomSid)) return false;
    this.#bridges.delete(roomSid);
    return this.#add(roomSid, callSid);
  }

  async coach(_roomSid: string, callSid: string, coached: string): Promise<boolean> {
    const [leg, other] = [this.#leg(callSid), this.#leg(coached)];
    if (leg === undefined || other === undefined) return false;
    const end = await coachLeg(this.#context, leg, other);
    if (end === undefined) return false;
    this.#coaching.set(callSid, end);
    return true;
  }

  async leaveRoom(roomSid: string, callSid: string): Promise<void> {
    const endCoaching = this.#coaching.get(callSid);
    this.#coaching.delete(callSid);
    await endCoaching?.();
    const bridgeId = await this.#bridges.get(roomSid);
    const leg = this.#leg(callSid);
    if (bridgeId === undefined || leg?.channelId === undefined || leg.ended.aborted) return;
    await this.#run(callSid, 'bridges', 'removeChannel', { bridgeId, channel: leg.channelId });
  }

  async closeRoom(roomSid: string): Promise<void> {
    const bridgeId = await this.#bridgeOf(roomSid, false);
    this.#bridges.delete(roomSid);
    if (bridgeId !== undefined) await this.#run(roomSid, 'bridges', 'destroy', { bridgeId });
  }

  async beepInRoom(roomSid: string): Promise<void> {
    const bridgeId = await this.#bridges.get(roomSid);
    if (bridgeId === undefined) return;
    const playbackId = `${roomSid}.${crypto.randomUUID()}`;
    await this.#run(roomSid, 'bridges', 'playWithId', { bridgeId, playbackId, media: BEEP });
  }

  /** The bridge of a room that is open, also of a former process. */
  bridgeOf(roomSid: string): Promise<string | undefined> {
    return this.#bridgeOf(roomSid, false);
  }

  async #add(roomSid: string, callSid: string): Promise<boolean> {
    const bridgeId = await this.#bridgeOf(roomSid, true);
    const leg = this.#leg(callSid);
    if (bridgeId === undefined || leg?.channelId === undefined || leg.ended.aborted) return false;
    // A channel that is in the bridge already stays there.
    return this.#run(callSid, 'bridges', 'addChannel', { bridgeId, channel: leg.channelId });
  }

  async #stands(roomSid: string): Promise<boolean> {
    const bridgeId = await this.#bridges.get(roomSid);
    if (bridgeId === undefined) return false;
    try {
      await this.#context.ari.run('bridges', 'get', { bridgeId });
      return true;
    } catch (error) {
      return !(error instanceof AriError && error.code === 'gone');
    }
  }

  async #bridgeOf(roomSid: string, make: boolean): Promise<string | undefined> {
    const known = this.#bridges.get(roomSid);
    if (known !== undefined) return known;
    const found = this.#find(roomSid).then(
      (bridgeId) => bridgeId ?? (make ? this.#make(roomSid) : undefined),
    );
    this.#bridges.set(roomSid, found);
    const bridgeId = await found;
    if (bridgeId === undefined) this.#bridges.delete(roomSid);
    return bridgeId;
  }

  async #make(roomSid: string): Promise<string | undefined> {
    // Asterisk has crashed on an id that was used before.
    const bridgeId = `${roomSid}.${crypto.randomUUID()}`;
    const parameters = { bridgeId, type: ROOM_TYPE, name: BRIDGE_NAME };
    return (await this.#run(roomSid, 'bridges', 'createWithId', parameters)) ? bridgeId : undefined;
  }

  async #find(roomSid: string): Promise<string | undefined> {
    try {
      const bridges = readList(await this.#context.ari.run('bridges', 'list'), readBridge);
      return bridges.find(({ id }) => id.startsWith(`${roomSid}.`))?.id;
    } catch (error) {
      this.#context.log.warn({ reason: String(error) }, 'cannot ask Asterisk for its bridges');
      return undefined;
    }
  }

  #run(sid: string, resource: string, operation: string, parameters: object): Promise<boolean> {
    return attempt(this.#context, sid, this.#context.ari.run(resource, operation, { ...parameters }));
  }
}
