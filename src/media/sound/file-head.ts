import { open } from 'node:fs/promises';

/** Where a sound says what it is and how long. */
const HEAD_BYTES = 4096;

/** The first bytes of a file, 4096 at most; rejects with the error of the file system. */
export async function readHead(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
