// A pizzeria: callers press 1 or 2, or say what they want.
import { createHmac, timingSafeEqual } from 'node:crypto';
import express from 'express';

const app = express();
app.use(express.urlencoded({ extended: false }));

/** Only Legwork knows the AuthToken: https://www.twilio.com/docs/usage/security#validating-requests */
app.use((request, response, next) => {
  const url = `http://${request.headers.host}${request.originalUrl}`;
  const names = Object.keys(request.body ?? {}).sort();
  const signed = url + names.map((name) => name + request.body[name]).join('');
  const expected = createHmac('sha1', process.env.AUTH_TOKEN ?? '').update(signed).digest();
  const given = Buffer.from(request.get('X-Twilio-Signature') ?? '', 'base64');
  if (given.length === expected.length && timingSafeEqual(given, expected)) next();
  else response.status(403).end();
});

const xml = (response, document) => response.type('text/xml').send(`<Response>${document}</Response>`);
const PIZZAS = { 1: 'margherita', 2: 'funghi' };
const ASK = `
  <Gather input="dtmf speech" numDigits="1" timeout="4" action="/order">
    <Say>Welcome. Press 1 for a margherita, 2 for a funghi, or say what you want.</Say>
  </Gather>
  <Say>I did not hear anything. Good bye.</Say>`;

app.post('/voice', (request, response) => xml(response, ASK));

app.post('/order', (request, response) => {
  const pizza = PIZZAS[request.body.Digits] ?? request.body.SpeechResult;
  if (pizza === undefined) xml(response, `<Say>We do not have that.</Say><Redirect>/voice</Redirect>`);
  else xml(response, `<Say>Thank you. One ${pizza.replace(/[<&]/g, ' ')}.</Say>`);
});

app.listen(process.env.PORT ?? 3000, '127.0.0.1');
