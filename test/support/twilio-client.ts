import twilio from 'twilio';

type HttpRequest = Parameters<InstanceType<typeof twilio.RequestClient>['request']>[0];

/** Twilio's own HTTP client, sending to us what is meant for api.twilio.com. */
class RedirectedClient extends twilio.RequestClient {
  readonly #url: string;

  constructor(url: string) {
    super({ keepAlive: false });
    this.#url = url;
  }

  override async request<T>(options: HttpRequest) {
    return super.request<T>({
      ...options,
      uri: options.uri.replace('https://api.twilio.com', this.#url),
    } as never);
  }
}

/** An HTTP client for Twilio's library that sends to the API at `url`. */
export function redirected(url: string): InstanceType<typeof twilio.RequestClient> {
  return new RedirectedClient(url);
}

/** Twilio's library as a customer uses it, talking to the API at `url`. */
export function twilioClient(url: string, accountSid: string, authToken: string): ReturnType<typeof twilio> {
  return twilio(accountSid, authToken, { httpClient: redirected(url) });
}
