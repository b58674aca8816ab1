import { createHmac } from 'node:crypto';
import type { IceSettings } from '../web-phone-access.ts';

/** An entry of `iceServers` of RTCPeerConnection; `url` is what Twilio's clients read. */
export interface IceServer {
  readonly url: string;
  readonly urls: string;
  readonly username?: string;
  readonly credential?: string;
}

/** Credentials for TURN that end by themselves, as coturn's `use-auth-secret` checks them. */
export interface TurnCredentials {
  readonly username: string;
  readonly password: string;
}

/** The credentials of an account or client for so many seconds from `now`; undefined without TURN. */
export function turnCredentials(
  { turn }: IceSettings,
  sid: string,
  { now, ttlS }: { readonly now: number; readonly ttlS: number },
): TurnCredentials | undefined {
  if (turn === undefined) return undefined;
  const username = `${Math.floor(now / 1000) + Math.min(ttlS, turn.ttlS)}:${sid}`;
  return { username, password: createHmac('sha1', turn.secret).update(username).digest('base64') };
}

export function iceServers(
  { stunUrls, turn }: IceSettings,
  credentials: TurnCredentials | undefined,
): readonly IceServer[] {
  const stun = stunUrls.map((url) => ({ url, urls: url }));
  if (turn === undefined || credentials === undefined) return stun;
  const { username, password: credential } = credentials;
  return [...stun, ...turn.urls.map((url) => ({ url, urls: url, username, credential }))];
}
