/** Gives the reader a file to keep. */
export function saveFile(name: string, type: string, parts: readonly BlobPart[]): void {
  const url = URL.createObjectURL(new Blob([...parts], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

/** @throws where the browser does not allow it, as outside of a secure context */
export async function copyText(text: string): Promise<void> {
  await navigator.clipboard.writeText(text);
}
