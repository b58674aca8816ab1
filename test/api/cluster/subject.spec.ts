import assert from 'node:assert/strict';
import { type Subject, subjectOf } from '../../../src/api/cluster/subject.ts';

const ACCOUNT = `AC${'1'.repeat(32)}`;
const CALL = `CA${'2'.repeat(32)}`;
const CALLBACK = `CB${'3'.repeat(32)}`;
const RECORDING = `RE${'4'.repeat(32)}`;
const P = `/Accounts/${ACCOUNT}`;

const room = (name: string, isNewCall = false): Subject => ({
  kind: 'room',
  accountSid: ACCOUNT,
  room: name,
  isNewCall,
});

const queue = (name: string): Subject => ({ kind: 'queue', accountSid: ACCOUNT, queue: name });

const SUBJECTS: readonly (readonly [string, string, Subject | undefined])[] = [
  ['POST', `${P}/Calls`, { kind: 'new-call' }],
  ['GET', `${P}/Calls`, undefined],
  ['GET', `${P}/Calls/${CALL}`, { kind: 'call', sid: CALL, isRead: true }],
  ['POST', `${P}/Calls/${CALL}`, { kind: 'call', sid: CALL, isRead: false }],
  ['DELETE', `${P}/Calls/${CALL}`, { kind: 'call', sid: CALL, isRead: false }],
  ['GET', `${P}/Calls/${CALL}/Events`, { kind: 'call', sid: CALL, isRead: true }],
  ['GET', `${P}/Conferences`, undefined],
  ['GET', `${P}/Conferences/sales/Participants`, undefined],
  ['POST', `${P}/Conferences/sales`, room('sales')],
  ['POST', `${P}/Conferences/B%C3%BCro/Participants`, room('Büro', true)],
  ['POST', `${P}/Conferences/sales/Participants/${CALL}`, room('sales')],
  ['DELETE', `${P}/Conferences/sales/Participants/${CALL}`, room('sales')],
  ['POST', `${P}/Conferences/%ff`, room('%ff')],
  ['GET', `${P}/Queues/sales/Members`, undefined],
  ['POST', `${P}/Queues`, { kind: 'new-call' }],
  ['DELETE', `${P}/Queues/sales`, queue('sales')],
  ['POST', `${P}/Queues/B%C3%BCro/Members/Front`, queue('Büro')],
  ['POST', `${P}/Callbacks/${CALLBACK}`, { kind: 'callback', sid: CALLBACK }],
  ['GET', `${P}/Callbacks/${CALLBACK}`, undefined],
  ['GET', `${P}/Recordings/${RECORDING}.mp3`, { kind: 'sound' }],
  ['GET', `${P}/Recordings`, undefined],
  ['POST', `${P}/IncomingPhoneNumbers`, undefined],
];

describe('What a request is about', () => {
  for (const [method, path, subject] of SUBJECTS) {
    it(`${method} ${path.replace(ACCOUNT, 'AC…')}`, () => {
      assert.deepEqual(subjectOf(method, path), subject);
    });
  }
});
