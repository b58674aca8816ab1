import type { CsvColumn } from './csv.ts';
import type { Call } from './resources.ts';

/** What a file with calls has of each. */
export const CALL_COLUMNS: readonly CsvColumn<Call>[] = [
  { heading: 'Sid', value: ({ sid }) => sid },
  { heading: 'ParentCallSid', value: ({ parent_call_sid: parent }) => parent },
  { heading: 'DateCreated', value: ({ date_created: date }) => date },
  { heading: 'StartTime', value: ({ start_time: date }) => date },
  { heading: 'EndTime', value: ({ end_time: date }) => date },
  { heading: 'From', value: ({ from }) => from },
  { heading: 'To', value: ({ to }) => to },
  { heading: 'CallerName', value: ({ caller_name: name }) => name },
  { heading: 'Direction', value: ({ direction }) => direction },
  { heading: 'Status', value: ({ status }) => status },
  { heading: 'EndedBy', value: ({ ended_by: by }) => by },
  { heading: 'EndCause', value: ({ end_cause: cause }) => cause },
  { heading: 'Duration', value: ({ duration }) => duration },
  { heading: 'RingDuration', value: ({ ring_duration: duration }) => duration },
  { heading: 'Legs', value: ({ leg_count: legs }) => legs },
  { heading: 'Problems', value: ({ problem_count: problems }) => problems },
];
