import type { HttpMethod } from '../../call/http-method.ts';
import type { VoiceSettings } from '../../call/leg/leg.ts';
import type { OwnedRow } from './owned-repository.ts';
import { optional, orNull } from '../rows.ts';

export interface VoiceColumns {
  readonly voice_url: string | null;
  readonly voice_method: HttpMethod;
  readonly voice_fallback_url: string | null;
  readonly voice_fallback_method: HttpMethod;
  readonly status_callback: string | null;
  readonly status_callback_method: HttpMethod;
}

/** The columns of voice settings. */
export function voiceColumns(voice: VoiceSettings): VoiceColumns {
  return {
    voice_url: orNull(voice.voiceUrl),
    voice_method: voice.voiceMethod,
    voice_fallback_url: orNull(voice.voiceFallbackUrl),
    voice_fallback_method: voice.voiceFallbackMethod,
    status_callback: orNull(voice.statusCallback),
    status_callback_method: voice.statusCallbackMethod,
  };
}

/** The voice settings in a row. */
export function voiceFieldsOf(row: VoiceColumns): VoiceSettings {
  return {
    ...optional('voiceUrl', row.voice_url),
    voiceMethod: row.voice_method,
    ...optional('voiceFallbackUrl', row.voice_fallback_url),
    voiceFallbackMethod: row.voice_fallback_method,
    ...optional('statusCallback', row.status_callback),
    statusCallbackMethod: row.status_callback_method,
  };
}

interface OwnedFields {
  readonly sid: string;
  readonly accountSid: string;
  readonly friendlyName: string;
  readonly dateCreated: number;
  readonly dateUpdated: number;
}

/** The columns that every resource has. */
export function ownedColumns(record: OwnedFields): OwnedRow {
  return {
    sid: record.sid,
    account_sid: record.accountSid,
    friendly_name: record.friendlyName,
    created_at: record.dateCreated,
    updated_at: record.dateUpdated,
  };
}

/** What every resource has, from a row. */
export function ownedFieldsOf(row: OwnedRow): OwnedFields {
  return {
    sid: row.sid,
    accountSid: row.account_sid,
    friendlyName: row.friendly_name,
    dateCreated: row.created_at,
    dateUpdated: row.updated_at,
  };
}
