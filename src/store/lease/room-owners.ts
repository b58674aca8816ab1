import type { Database } from '../database.ts';
import { rowsOf } from '../rows.ts';
import type { SwitchScope } from './scope.ts';

/** Between a claim and the room that it is for; a room that ends at that moment does not free the name. */
const CLAIM_LASTS_MS = 10_000;
const NOW = 'floor(extract(epoch from clock_timestamp()) * 1000)::bigint';

export interface RoomName {
  readonly accountSid: string;
  readonly room: string;
}

/** Which switch has the open room of a name: a name is claimed by the first switch whose leg enters it. */
export class RoomOwners {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The switch that has the name: this one if nobody else has it. Undefined: this node does not hold its switch any more. */
  async claim(
    { accountSid, room }: RoomName,
    { switchId, node, epoch }: SwitchScope,
  ): Promise<string | undefined> {
    const [row] = rowsOf<{ switch_id: string }>(
      await this.#database.writer.raw(
        `insert into room_owners (account_sid, friendly_name, switch_id, claimed_at)
         select ?, ?, id, ${NOW} from switches where id = ? and node = ? and epoch = ?
         on conflict (account_sid, friendly_name) do update set claimed_at =
           case when room_owners.switch_id = excluded.switch_id then excluded.claimed_at else room_owners.claimed_at end
         returning switch_id`,
        [accountSid, room, switchId, node, epoch],
      ),
    );
    return row?.switch_id;
  }

  /** Its room has ended. */
  async free({ accountSid, room }: RoomName, switchId: string): Promise<void> {
    await this.#database.writer.raw(
      `delete from room_owners where account_sid = ? and friendly_name = ? and switch_id = ?
         and claimed_at < ${NOW} - ${CLAIM_LASTS_MS}`,
      [accountSid, room, switchId],
    );
  }

  /** No node can reach the switch any more: its rooms are over. */
  async freeAll(switchId: string): Promise<void> {
    await this.#database.writer.raw('delete from room_owners where switch_id = ?', [switchId]);
  }
}
