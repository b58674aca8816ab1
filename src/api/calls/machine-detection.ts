import {
  DEFAULT_THRESHOLDS,
  MACHINE_DETECTION_MODES,
  type MachineDetection,
  THRESHOLD_RANGES,
} from '../../call/answering-machine/machine-detection.ts';
import { compact } from '../../call/compact.ts';
import type { HttpMethod } from '../../call/http-method.ts';
import { API_ERRORS } from '../errors.ts';
import { httpMethod, httpUrl, oneOf, optional, truth, wholeNumber } from '../parameters.ts';

const milliseconds = (range: readonly [number, number]) =>
  optional(wholeNumber(...range, API_ERRORS.badRequest, ' of milliseconds'));

const thresholds = {
  MachineDetection: optional(oneOf(MACHINE_DETECTION_MODES)),
  MachineDetectionTimeout: optional(
    wholeNumber(...THRESHOLD_RANGES.timeoutS, API_ERRORS.badRequest, ' of seconds'),
  ),
  MachineDetectionSpeechThreshold: milliseconds(THRESHOLD_RANGES.speechMs),
  MachineDetectionSpeechEndThreshold: milliseconds(THRESHOLD_RANGES.speechEndMs),
  MachineDetectionSilenceTimeout: milliseconds(THRESHOLD_RANGES.silenceMs),
};

/** Of `POST P/Calls`. */
export const machineDetectionParameters = {
  ...thresholds,
  AsyncAmd: optional(truth()),
  AsyncAmdStatusCallback: optional(httpUrl(API_ERRORS.statusCallback)),
  AsyncAmdStatusCallbackMethod: optional(httpMethod()),
};

/** Of a participant, whose detection is always asynchronous. */
export const participantDetectionParameters = {
  AmdStatusCallback: optional(httpUrl(API_ERRORS.statusCallback)),
  AmdStatusCallbackMethod: optional(httpMethod()),
};

interface Given {
  readonly MachineDetection?: MachineDetection['mode'] | undefined;
  readonly MachineDetectionTimeout?: number | undefined;
  readonly MachineDetectionSpeechThreshold?: number | undefined;
  readonly MachineDetectionSpeechEndThreshold?: number | undefined;
  readonly MachineDetectionSilenceTimeout?: number | undefined;
  readonly AsyncAmd?: boolean | undefined;
  readonly AsyncAmdStatusCallback?: string | undefined;
  readonly AsyncAmdStatusCallbackMethod?: HttpMethod | undefined;
  readonly SendDigits?: string | undefined;
  readonly To: { readonly callee: { readonly kind: string } };
}

/** What a form asks about who answers, and what of it is not done. */
export interface AskedDetection {
  readonly machineDetection?: MachineDetection;
  readonly warnings?: readonly string[];
}

export function machineDetectionOf(given: Given): AskedDetection {
  const { MachineDetection: mode, AsyncAmdStatusCallback: url } = given;
  if (mode === undefined) return {};
  if (given.SendDigits !== undefined) {
    return { warnings: ['MachineDetection had no effect, because SendDigits was given too'] };
  }
  if (given.To.callee.kind === 'client') {
    return { warnings: ['MachineDetection had no effect, because To is a client'] };
  }
  const isAsync = given.AsyncAmd === true;
  return compact({
    machineDetection: compact({
      mode,
      thresholds: {
        timeoutMs: (given.MachineDetectionTimeout ?? DEFAULT_THRESHOLDS.timeoutMs / 1000) * 1000,
        speechMs: given.MachineDetectionSpeechThreshold ?? DEFAULT_THRESHOLDS.speechMs,
        speechEndMs: given.MachineDetectionSpeechEndThreshold ?? DEFAULT_THRESHOLDS.speechEndMs,
        silenceMs: given.MachineDetectionSilenceTimeout ?? DEFAULT_THRESHOLDS.silenceMs,
      },
      isAsync,
      callback:
        isAsync && url !== undefined
          ? { url, method: given.AsyncAmdStatusCallbackMethod ?? ('POST' as const) }
          : undefined,
    }),
    warnings:
      isAsync && url === undefined
        ? ['Nobody is told who answered, because AsyncAmdStatusCallback is missing']
        : undefined,
  });
}
