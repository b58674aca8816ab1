/** Where browser phones connect: `wss://host/sip`. */
export function browserPhoneUrl(publicUrl: string): string {
  return `${publicUrl.replace(/^http/, 'ws')}/sip`;
}
