import { fileURLToPath } from 'node:url';

/** Where the build puts the console, whether this runs from src/ or from dist/. */
export const CONSOLE_FOLDER = fileURLToPath(new URL('../../dist/console/', import.meta.url));
