import type { Middleware } from 'koa';
import type { MediaStore } from './media-store.ts';

/** The name depends on what the sound is made from, so what it names never changes. */
const CACHE_CONTROL = 'public, max-age=31536000, immutable';

/** Serves `GET|HEAD /media/<name>.wav` to Asterisk; all else under `/media` is 404, other paths are passed on. */
export function mediaRoutes(store: MediaStore): Middleware {
  return async (ctx, next) => {
    if (ctx.path !== '/media' && !ctx.path.startsWith('/media/')) return next();
    const name = /^\/media\/([0-9a-f]{64})\.wav$/.exec(ctx.path)?.[1];
    ctx.status = 404;
    if (name === undefined || (ctx.method !== 'GET' && ctx.method !== 'HEAD')) return;
    const sound = await store.read(name);
    if (sound === undefined) return;
    ctx.status = 200;
    ctx.set('ETag', `"${name}"`);
    ctx.set('Cache-Control', CACHE_CONTROL);
    ctx.type = 'audio/wav';
    ctx.length = sound.bytes;
    if (ctx.method === 'HEAD' || ctx.fresh) {
      await sound.file.close();
      if (ctx.fresh) ctx.status = 304;
      return;
    }
    // The stream closes the file at its end, and Koa destroys the stream when Asterisk goes away.
    ctx.body = sound.file.createReadStream();
    ctx.length = sound.bytes;
  };
}
