import type { Clock } from '../concurrency/clock.ts';
import type { Documents } from '../call/documents.ts';
import type { Directory } from '../call/directory.ts';
import type { ConferenceRooms } from '../call/conference/conferences.ts';
import type { CallQueues } from '../call/queue/call-queues.ts';
import type { SipTrace } from '../call/sip-trace.ts';
import type { DoctorReport } from '../records/doctor-report.ts';
import type { LogLines } from '../records/log-lines.ts';
import type { Repositories, TrunkRecord } from '../records/repositories.ts';
import type { WorkShares } from '../concurrency/work-shares.ts';
import type { CompileTurns } from '../rcml/document/compile-turns.ts';
import type { FetchDocument } from '../rcml/lint/lint-fetch.ts';
import type { SipSetup } from './clients/setup.ts';
import type { ReplayJobs } from './jobs/replay-jobs.ts';
import type { ClusterPort } from './cluster/cluster-port.ts';
import type { Live } from './live/live.ts';
import type { Metrics } from './metrics/metrics.ts';
import type { Log } from '../concurrency/log.ts';
import type {
  CallService,
  HealthProbes,
  Provisioning,
  RecordingService,
  Signing,
  StreamService,
  TrunkTest,
} from './ports.ts';
import type { RecordedSounds } from './recordings/sounds.ts';
import type { FailureLimiter } from './http/failure-limiter.ts';
import type { MessageDeps } from './messages/routes.ts';
import type { IceSettings, WebPhoneAccess } from './web-phone-access.ts';
import type { RateLimits } from './http/rate-limits.ts';
import type { TrunkRules } from './sip-trunks/isolation.ts';

export interface ConsoleSettings {
  /** Where its files are. */
  readonly folder: string;
  /** Undefined: every account may sign in. */
  readonly allowedAccounts: readonly string[] | undefined;
}

export interface ApiDeps {
  readonly repositories: Repositories;
  readonly callService: CallService;
  readonly streamService: StreamService;
  /** Sends messages. */
  readonly messages: MessageDeps['sending'];
  readonly provisioning: Provisioning;
  readonly trunkRules: TrunkRules;
  /** For `POST P/SipTrunks/{sid}/Test`; never rejects but when the database cannot be read. */
  readonly testTrunk: (trunk: TrunkRecord) => Promise<TrunkTest>;
  readonly rooms: Pick<ConferenceRooms, 'change' | 'kick' | 'end' | 'announce'>;
  readonly queues: Pick<CallQueues, 'create' | 'change' | 'remove' | 'takeOut' | 'move' | 'dismiss'>;
  readonly probes: HealthProbes;
  readonly replayJobs: ReplayJobs;
  /** For `GET P/Clients/{sid}/Setup`; undefined: Asterisk is the user's own. */
  readonly sipSetup?: SipSetup;
  /** For `GET P/Doctor`; undefined: there is none. */
  readonly examine?: () => Promise<DoctorReport>;
  /** For `GET P/Log`; undefined: there is none. */
  readonly logLines?: LogLines | undefined;
  readonly recordings: {
    readonly service: RecordingService;
    readonly sounds: RecordedSounds;
    /** False: whoever has the unguessable URL of a recording's sound may fetch it. */
    readonly authRequired: boolean;
  };
  /** For `POST P/RcmlLint`. */
  readonly fetchDocument?: FetchDocument;
  /** For `POST P/DocumentRequest`; undefined where nothing may be asked. */
  readonly askDocument?: Documents['request'];
  /** The line in which large documents wait, those of calls and those of `POST P/RcmlLint`. */
  readonly compileTurns: CompileTurns;
  readonly shares: WorkShares;
  /** The time within which 95 % of an account's last documents came; undefined when there were none. */
  readonly documentP95Ms: (accountSid: string) => number | undefined;
  /** For `POST P/Routing`. */
  readonly directory: Directory;
  /** For `POST P/SignatureCheck`. */
  readonly signing: Signing;
  /** SIP messages of legs that run or ended lately, for `GET P/Calls/{Sid}/Sip`; none by default. */
  readonly sipInMemory?: (callSids: readonly string[]) => readonly SipTrace[];
  /** For `GET P/Live`. */
  readonly live?: Live;
  /** The console and who may sign in to it; undefined: there is none. */
  readonly console?: ConsoleSettings;
  /** The other nodes; undefined: this process has the database to itself. */
  readonly cluster?: ClusterPort;
  /** Phones in browsers; undefined: there are none. */
  readonly webPhones?: WebPhoneAccess | undefined;
  /** Why there are none. */
  readonly webPhonesOff?: string | undefined;
  /** For browsers; none by default. */
  readonly ice?: IceSettings;
  /** Counts failed authentications; its own by default. */
  readonly failures?: FailureLimiter;
  readonly clock: Clock;
  readonly log: Log;
  /** For `GET /metrics`. */
  readonly metrics?: Metrics;
  /** Addresses and networks of the reverse proxies whose X-Forwarded-For is trusted; none by default. */
  readonly trustedProxies?: readonly string[];
  /** Instead of `RATE_LIMITS`. */
  readonly rateLimits?: RateLimits;
  /** For `GET /health`. */
  readonly pid: number;
  readonly version: string;
}
