import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

createServer(async (request, response) => {
  const parameters = new URLSearchParams(await text(request));
  console.log(request.url, Object.fromEntries(parameters));
  response.setHeader('content-type', 'text/xml');
  if (request.url === '/voice') {
    response.end('<Response><Dial action="/done"><Client statusCallback="/status">bob</Client></Dial></Response>');
  } else if (request.url === '/done' && parameters.get('DialCallStatus') === 'busy') {
    response.end('<Response><Say>Bob is busy.</Say><Dial><Client>carol</Client></Dial></Response>');
  } else {
    response.end();
  }
}).listen(process.env.PORT ?? 3000, '127.0.0.1');
