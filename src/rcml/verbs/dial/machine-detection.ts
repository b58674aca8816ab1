import {
  DEFAULT_THRESHOLDS,
  MACHINE_DETECTION_MODES,
  type MachineDetection,
  type MachineDetectionMode,
  THRESHOLD_RANGES,
} from '../../../call/answering-machine/machine-detection.ts';
import { compact } from '../../../call/compact.ts';
import {
  type AttributeType,
  type AttributeValues,
  integer,
  method,
  seconds,
  url,
} from '../../document/attributes.ts';

const mode: AttributeType<MachineDetectionMode | undefined> = {
  absent: undefined,
  allowed: MACHINE_DETECTION_MODES.join(', '),
  read: (value) => MACHINE_DETECTION_MODES.find((one) => one.toLowerCase() === value.toLowerCase()),
};

const { timeoutMs, speechMs, speechEndMs, silenceMs } = DEFAULT_THRESHOLDS;
const RANGES = THRESHOLD_RANGES;

/** The attributes of Number and Sip that ask who answers. */
export const MACHINE_DETECTION = {
  machineDetection: mode,
  machineDetectionTimeout: seconds(timeoutMs / 1000, ...RANGES.timeoutS),
  machineDetectionSpeechThreshold: integer(speechMs, ...RANGES.speechMs),
  machineDetectionSpeechEndThreshold: integer(speechEndMs, ...RANGES.speechEndMs),
  machineDetectionSilenceTimeout: integer(silenceMs, ...RANGES.silenceMs),
  amdStatusCallback: url,
  amdStatusCallbackMethod: method,
};

/** What they ask for; undefined: nothing. */
export function machineDetectionOf(
  given: AttributeValues<typeof MACHINE_DETECTION>,
): MachineDetection | undefined {
  if (given.machineDetection === undefined) return undefined;
  const { amdStatusCallback: callbackUrl, amdStatusCallbackMethod } = given;
  return compact({
    mode: given.machineDetection,
    thresholds: {
      timeoutMs: given.machineDetectionTimeout * 1000,
      speechMs: given.machineDetectionSpeechThreshold,
      speechEndMs: given.machineDetectionSpeechEndThreshold,
      silenceMs: given.machineDetectionSilenceTimeout,
    },
    isAsync: true,
    callback: callbackUrl === undefined ? undefined : { url: callbackUrl, method: amdStatusCallbackMethod },
  });
}
