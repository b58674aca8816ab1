import {
  type DocumentsWorld,
  keepsToTheDocumentsContract,
  type ServerAnswer,
} from '../support/documents-contract.ts';
import { failure, FakeDocuments, type FakeReply, unreachable } from '../support/fake-documents.ts';

/** The same over HTTP: test/webhooks/documents.spec.ts. */
describe('What stands for application servers in the tests of the core', () => {
  let world: DocumentsWorld;

  beforeEach(() => {
    const documents = new FakeDocuments();
    const url = (path: string) => `http://app.test${path}`;
    const nobody = 'http://nobody.test/voice';
    documents.on(nobody, unreachable);
    world = {
      documents,
      accountSid: 'AC1',
      url,
      answer(path, answer) {
        for (const at of [url(path), url(path).replace('http://', 'http://u:p@')]) {
          documents.on(at, fakeReply(answer));
        }
      },
      redirect: (from, to, body) => void documents.on(url(from), { url: url(to), body }),
      seen() {
        return documents.requests.map(({ url: seenUrl, method, parameters, token }, index) => ({
          url: seenUrl,
          method,
          parameters,
          token,
          cookie: documents.cookieHeaders[index],
        }));
      },
      unreachable: nobody,
    };
  });

  keepsToTheDocumentsContract(() => world);
});

function fakeReply({ status = 200, body = '', contentType = '', setCookie = [] }: ServerAnswer): FakeReply {
  if (status < 300) return { status, body, contentType, setCookie };
  return { ...failure(status), ...(body === '' ? {} : { responseHead: body }), setCookie };
}
