import { AsteriskMessageSender } from '../../asterisk/messages/message-sender.ts';
import { ContactProbe } from '../../asterisk/sip-accounts/contact-probe.ts';
import type { Directory } from '../../call/directory.ts';
import { Messages } from '../../call/message/messages.ts';
import { compact } from '../../call/compact.ts';
import { mediaSettings } from '../asterisk-access.ts';
import type { Foundation } from '../foundation.ts';
import type { Undo } from '../undo.ts';

const AT_THE_PROXY = 'Clients register at the proxy (SIP_PROXY), which passes on no messages';

/** What sends the messages of one switch. */
export function messagesOf(
  { ari, clock, config, log, sipProxy, store }: Foundation,
  directory: Directory,
  undo: Undo,
): Messages {
  const media = mediaSettings(config);
  const probe = new ContactProbe(ari, log);
  const sender = new AsteriskMessageSender(
    compact({
      ari,
      clock,
      log,
      media,
      phones: (login: string) => probe.phones({ login, web: media.web !== undefined }),
      noClients: sipProxy === undefined ? undefined : AT_THE_PROXY,
    }),
  );
  undo.add(() => sender.close());
  return new Messages({
    store: store.journal,
    directory,
    sender,
    clock,
    find: (accountSid, sid) => store.repositories.messages.find(accountSid, sid),
    onTrouble: (messageSid, err) => log.error({ messageSid, err }, 'A message could not be sent or stored'),
    onFinal: ({ sid: messageSid, from, to, status, error }) =>
      log.info(
        { messageSid, from, to, status, ...(error === undefined ? {} : { error }) },
        `Message ${status}`,
      ),
  });
}
