import { fileURLToPath } from 'node:url';

/** Where the pages are built from and to; nothing of it runs in Legwork itself, which only serves the files. */
export default {
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/console/',
  logLevel: 'warn',
  // Put into each reply by the server, with the Content-Security-Policy that names the same one.
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    outDir: fileURLToPath(new URL('../../dist/console', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    // Its loader would be one more script, for browsers that are older than the rest of the pages can be.
    modulePreload: { polyfill: false },
    // Everything comes from us as a file: data: URLs would be one more thing for the policy to allow.
    assetsInlineLimit: 0,
  },
};
