/** The same text with a star for each character of a password in a URL, so that all lines and columns stay the same. */
export function masked(text: string): string {
  return text.replace(
    /((?:\/\/|\bsips?:|(?<=[\s>"'])(?!sips?:|client:|\/))[^\s/?#@:"'<>]{0,200}:)([^\s/?#@"'<>]{1,200})(?=@)/gi,
    (_whole, user: string, password: string) => user + '*'.repeat(password.length),
  );
}
