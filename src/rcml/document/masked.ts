/** The same text with a star for each character of a password in an URL: every place stays where it is. */
export function masked(text: string): string {
  return text.replace(
    /((?:\/\/|\bsips?:|(?<=[\s>"'])(?!sips?:|client:|\/))[^\s/?#@:"'<>]{0,200}:)([^\s/?#@"'<>]{1,200})(?=@)/gi,
    (_whole, user: string, password: string) => user + '*'.repeat(password.length),
  );
}
