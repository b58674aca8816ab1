import type { HttpMethod } from '../../call/http-method.ts';
import type { FinalStatus } from '../../call/leg/outcome.ts';
import type { Parameters } from '../../call/request-parameters.ts';
import type { Callee } from '../simulated-switch/callees.ts';

/** Where something stands in a scenario's file; both count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** How the call begins: somebody calls our number, or a program asks for a call over REST. */
export type Beginning =
  | {
      readonly kind: 'call';
      /** A client's login, or a phone number that calls through a trunk. */
      readonly from: string;
      readonly to: string;
      /** SIP headers of the INVITE, names with `X-`. */
      readonly headers: Parameters;
    }
  | /** The parameters of `POST …/Calls`. */ { readonly kind: 'api'; readonly parameters: Parameters };

/** What a phone does that is rung. */
export interface PhoneBehaviour {
  readonly does: 'answer' | 'busy' | 'decline' | 'no-answer' | 'fail';
  /** Milliseconds of ringing before it does so. */
  readonly afterMs: number;
  /** Of a phone that fails: the SIP status of its refusal; undefined: nobody is registered. */
  readonly sipStatus?: number;
  /** Milliseconds of talk before somebody hangs up; undefined: nobody does. */
  readonly talksMs?: number;
  readonly hangsUp: 'callee' | 'caller';
  /** Keys that are pressed once it has answered, so many milliseconds later. */
  readonly presses?: { readonly keys: string; readonly afterMs: number };
}

/** What shall be heard: a text that is part of what is said, a part of a URL, or a kind of sound. */
export type HeardPattern =
  | { readonly kind: 'say' | 'play' | 'talk'; readonly text: string }
  | { readonly kind: 'ringing' | 'music' | 'beep' | 'conference' };

export type Step = { readonly place: Place } & (
  | { readonly kind: 'expect'; readonly pattern: HeardPattern; readonly withinMs: number }
  | { readonly kind: 'press'; readonly keys: string }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'hangup' }
  | { readonly kind: 'speech'; readonly words: string }
  | /** The parameters of `POST …/Calls/CA…`. */ { readonly kind: 'modify'; readonly parameters: Parameters }
  | { readonly kind: 'dial'; readonly callee: Callee; readonly behaviour: PhoneBehaviour }
);

/** A call as it shall go: how it begins, what the people do, and what must come of it. */
export interface Scenario {
  readonly name: string;
  /** The path of its file. */
  readonly file: string;
  /** Relative to the application server, or absolute. */
  readonly url: string;
  readonly method: HttpMethod;
  readonly fallbackUrl?: string;
  /** The status callback of the number. */
  readonly statusCallback?: string;
  readonly begins: Beginning;
  readonly beginsAt: Place;
  readonly steps: readonly Step[];
  readonly expected: {
    /** The final state of the call's first leg. */
    readonly status?: { readonly is: FinalStatus; readonly place: Place };
    /** The file of its transcript, relative to the scenario's. */
    readonly requests?: { readonly file: string; readonly place: Place };
  };
}

/** Something wrong in a scenario's file. */
export interface Mistake {
  readonly file: string;
  readonly place: Place;
  /** A sentence that says what is allowed. */
  readonly message: string;
}
