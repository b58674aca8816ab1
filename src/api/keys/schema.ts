import { z } from 'zod';
import { label, oneOf, optional } from '../parameters.ts';

export const KEY_SCOPES = ['all', 'read'] as const;

/** `POST P/Keys`. */
export const newKeySchema = z.object({ FriendlyName: optional(label()), Scope: optional(oneOf(KEY_SCOPES)) });

/** A change. What a key may do is settled when it is made: its holder has to be able to rely on it. */
export const changedKeySchema = z.object({ FriendlyName: optional(label()) });
