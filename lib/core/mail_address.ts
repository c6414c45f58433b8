/** E-mail addresses as messages are sent to them. */

/** Whether a text is one address and nothing else: a list, a name or a comment in it would send the invoice somewhere unseen. */
export function isPlainAddress(text: string): boolean {
  return /^[^\s@,;<>"()]+@[^\s@,;<>"()]+$/.test(text);
}
