import type { Bed } from './bed/bed.ts';
import { callsAtRate, figuresOf, TALK_MS } from './measures/calls-at-rate.ts';
import { drainRate } from './measures/drain.ts';
import { CLEAN_P99_MS, highestCleanRate } from './measures/highest-clean-rate.ts';
import type { Measure, Measured, Subject } from './measures/measured.ts';
import { heldCalls } from './measures/memory.ts';
import { overload } from './measures/overload.ts';
import { restCallsAtRate, restFigures } from './measures/rest-calls.ts';
import { soak } from './measures/soak.ts';
import type { MeasureName } from './options.ts';
import type { Sizes } from './sizes.ts';
import { startLegworks } from './systems/legwork-system.ts';
import { PLACES } from './systems/places.ts';
import type { Systems } from './systems/start-systems.ts';
import type { Service, System } from './systems/system.ts';

const WARM_UP = { perSecond: 20, seconds: 1.5, talkMs: TALK_MS, rtp: false } as const;
const HELD_PER_SECOND = 50;
const TALKS_PER_SECOND = 5;
/** Taken for the clean rate when none was measured. */
const SUPPOSED_CLEAN_RATE = 100;
const DELAYS = { x: 'milliseconds from INVITE to 200', y: '% of calls', logarithmicX: true } as const;
const RATES = { x: 'calls per second', y: 'p99 ms' } as const;

/** What is measured, in this order: from the drain on, Legworks are started, which ends the trunks of those before. */
export function planOf(bed: Bed, systems: Systems, sizes: Sizes): readonly Measure[] {
  const { dialplan, bareAri, minimalRcml, bareDial, sqlite, postgres } = systems;
  const plan = new Plan(bed, sizes);
  const inbound = [dialplan, bareAri, minimalRcml, sqlite, postgres];
  const dial = [bareDial, sqlite, postgres];
  const legworks = [sqlite, postgres];
  const { all } = sizes.search;
  return [
    plan.atRate('inbound', 'Inbound calls', 'inbound', inbound),
    plan.atRate('dial', 'Dial', 'dial', dial),
    plan.rest(legworks),
    ...(all ? [plan.atRate('inbound-rtp', 'Inbound calls with RTP', 'inbound', inbound, true)] : []),
    plan.atRate('dial-rtp', 'Dial with RTP both ways', 'dial', dial, true),
    plan.cleanRate('clean-inbound', 'inbound calls', 'inbound', all ? inbound : [sqlite]),
    plan.cleanRate('clean-dial', 'Dial', 'dial', all ? dial : [sqlite]),
    ...(all ? [plan.cleanRate('clean-rest', 'REST calls', 'rest', legworks)] : []),
    plan.held(all ? [minimalRcml, ...legworks] : [sqlite]),
    plan.talks([bareDial, ...(all ? legworks : [sqlite])]),
    plan.drain(),
    ...plan.longRuns(),
  ];
}

/** The first calls of a process cost several times as much as later ones. */
export async function warmUp(bed: Bed, systems: Systems): Promise<void> {
  for (const system of Object.values(systems) as readonly System[]) {
    const service = system === systems.bareDial ? 'dial' : 'inbound';
    await callsAtRate(bed, system, { ...WARM_UP, service });
  }
}

class Plan {
  readonly #bed: Bed;
  readonly #sizes: Sizes;
  /** The rates that were found, by service and system. */
  readonly #cleanRates = new Map<string, number>();

  constructor(bed: Bed, sizes: Sizes) {
    this.#bed = bed;
    this.#sizes = sizes;
  }

  atRate(
    name: MeasureName,
    title: string,
    service: Service,
    systems: readonly System[],
    rtp = false,
  ): Measure {
    const { perSecond, seconds, warmUpSeconds } = this.#sizes;
    const load = { service, perSecond, seconds, talkMs: TALK_MS, rtp };
    const warmUp = { ...load, seconds: warmUpSeconds };
    return {
      name,
      title: `${title}, ${perSecond} a second`,
      about: `The caller hangs up a second after the answer.${rtp ? ' Both sides send RTP.' : ''}`,
      plot: DELAYS,
      // What RTP adds shows in one round.
      ...(rtp ? { rounds: 1 } : {}),
      subjects: each(systems, async (system) => {
        await callsAtRate(this.#bed, system, warmUp);
        return figuresOf(await callsAtRate(this.#bed, system, load));
      }),
    };
  }

  rest(systems: readonly System[]): Measure {
    const { perSecond, warmUpSeconds } = this.#sizes;
    return {
      name: 'rest',
      title: `REST calls, ${perSecond} a second`,
      about: '`POST Calls` to a callee that answers at once and gets a short document; four callbacks.',
      subjects: each(systems, async (system) => {
        await restCallsAtRate(this.#bed, system, { perSecond, seconds: warmUpSeconds });
        return restFigures(await restCallsAtRate(this.#bed, system, this.#sizes));
      }),
    };
  }

  cleanRate(
    name: MeasureName,
    title: string,
    service: Service | 'rest',
    systems: readonly System[],
  ): Measure {
    const { seconds } = this.#sizes.search;
    const delay = service === 'rest' ? '201 to INVITE' : 'INVITE to 200';
    return {
      name,
      title: `Highest clean rate: ${title}`,
      about: `Calls per second without a failure, a missing callback or a retransmission, and with a p99 from ${delay} below ${CLEAN_P99_MS} ms; each rate is tried for ${seconds} s.`,
      plot: RATES,
      subjects: onceUnlessLegwork(
        systems,
        each(systems, async (system) => {
          const found = await highestCleanRate(this.#bed, system, service, this.#sizes);
          this.#cleanRates.set(`${service} ${system.name}`, found.rate);
          return found.measured;
        }),
      ),
    };
  }

  held(systems: readonly System[]): Measure {
    const { heldCalls: calls } = this.#sizes;
    const held = { service: 'inbound', calls, perSecond: HELD_PER_SECOND, rtp: false } as const;
    return {
      name: 'held',
      title: `Memory: ${calls} held calls`,
      about:
        "Inbound calls that are answered and wait. Legwork's memory is read after a garbage collection, that of the others as it is.",
      subjects: onceUnlessLegwork(
        systems,
        each(systems, (system) => heldCalls(this.#bed, system, held)),
      ),
    };
  }

  talks(systems: readonly System[]): Measure {
    const { talks: calls } = this.#sizes;
    const held = { service: 'dial', calls, perSecond: TALKS_PER_SECOND, rtp: true } as const;
    return {
      name: 'talks',
      title: `${calls} talks with RTP both ways`,
      about: 'Two legs each, connected by a Dial. Processor time is per talk and second.',
      subjects: each(systems, async (system) => withoutResident(await heldCalls(this.#bed, system, held))),
    };
  }

  drain(): Measure {
    const { backlog } = this.#sizes;
    return {
      name: 'drain',
      title: `Drain of ${backlog.toLocaleString('en')} callbacks`,
      about: 'Legwork starts and owes them, three a call, to one receiver that answers at once.',
      plot: { x: 'seconds', y: 'callbacks' },
      rounds: 1,
      subjects: [{ system: 'Legwork (SQLite)', run: () => drainRate(this.#bed, backlog) }],
    };
  }

  longRuns(): readonly Measure[] {
    const { overloadSeconds, soakMinutes } = this.#sizes;
    return [
      ...(overloadSeconds === undefined ? [] : [this.#overload(overloadSeconds)]),
      ...(soakMinutes === undefined ? [] : [this.#soak(soakMinutes)]),
    ];
  }

  #overload(seconds: number): Measure {
    const run = (system: System) => {
      const clean = this.#cleanRates.get('inbound Legwork (SQLite)') || SUPPOSED_CLEAN_RATE;
      return overload(this.#bed, system, { perSecond: 2 * clean, seconds });
    };
    return {
      name: 'overload',
      title: `Overload: twice the highest clean rate for ${seconds} s`,
      about:
        'Inbound calls to a Legwork with the limits it is installed with; 20 calls a second before, and again 5 s after.',
      plot: { x: 'seconds', y: 'accepted calls' },
      rounds: 1,
      subjects: [{ system: AS_INSTALLED, run: () => this.#asInstalled(run) }],
    };
  }

  #soak(minutes: number): Measure {
    return {
      name: 'soak',
      title: `Soak: ${minutes} minutes, 10 calls a second`,
      about:
        'Pause, Dial, Say, Gather and Record, two calls a second each. Growth is of the last three minutes over the three after five minutes of warm-up.',
      plot: { x: 'minutes', y: 'MB resident' },
      rounds: 1,
      subjects: [
        {
          system: AS_INSTALLED,
          run: () => this.#asInstalled((system) => soak(this.#bed, system, minutes)),
        },
      ],
    };
  }

  async #asInstalled(run: (system: System) => Promise<Measured>): Promise<Measured> {
    const place = PLACES.legworkAsInstalled;
    const [system] = await startLegworks(this.#bed, [{ name: AS_INSTALLED, place, settings: {} }]);
    try {
      return await run(system);
    } finally {
      await system.stop();
    }
  }
}

/** So few calls change resident memory less than chance does. */
function withoutResident({ figures, ...rest }: Measured): Measured {
  const kept = Object.entries(figures).filter(([name]) => !name.startsWith('resident'));
  return { ...rest, figures: Object.fromEntries(kept) };
}

const AS_INSTALLED = 'Legwork as installed';

function each(systems: readonly System[], run: (system: System) => Promise<Measured>): readonly Subject[] {
  return systems.map((system) => ({ system: system.name, run: () => run(system) }));
}

/** Only Legwork is measured in every round; what it is compared with changes little. */
function onceUnlessLegwork(systems: readonly System[], subjects: readonly Subject[]): readonly Subject[] {
  return subjects.map((subject, index) =>
    systems[index]?.legwork === undefined ? { ...subject, rounds: 1 } : subject,
  );
}
