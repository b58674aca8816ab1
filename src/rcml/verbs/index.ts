import type { Verb } from '../document/verb.ts';
import { dial } from './dial/dial.ts';
import { echo } from './echo.ts';
import { enqueue } from './enqueue/enqueue.ts';
import { gather } from './gather/gather.ts';
import { hangup } from './hangup.ts';
import { leave } from './leave.ts';
import { pause } from './pause.ts';
import { play } from './play.ts';
import { record } from './record/record.ts';
import { redirect } from './redirect.ts';
import { reject } from './reject.ts';
import { connect } from './stream/connect.ts';
import { say } from './say.ts';
import { sms } from './sms/sms.ts';
import { start } from './start/start.ts';
import { stop } from './start/stop.ts';
import { unsupported } from './unsupported.ts';

/** Every verb of the language. */
export const verbs: readonly Verb[] = [
  say,
  play,
  pause,
  redirect,
  reject,
  hangup,
  dial,
  gather,
  record,
  start,
  stop,
  enqueue,
  leave,
  echo,
  connect,
  sms,
  ...unsupported,
];
