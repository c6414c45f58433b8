/** What a message says and to whom, and what hangs on it, encrypted beside their rows. */
import type { TenantCipher } from "../tenant_cipher.ts";

export interface MessageContent {
  recipient: string;
  subject: string;
  text: string;
  html: string;
}

/** As the table has it: encrypted, or in clear where an earlier version wrote it. */
export interface ContentColumns {
  recipient: string | null;
  subject: string | null;
  body_text: string | null;
  body_html: string | null;
  content_encrypted: Uint8Array | null;
}

interface Key {
  cipher: TenantCipher;
}
const recordOf = (messageId: string) => `message.content:${messageId}`;
const fileOf = (messageId: string, position: number) => `message_attachment.content:${messageId}:${position}`;

export async function encryptContent(
  { cipher }: Key,
  messageId: string,
  { recipient, subject, text, html }: MessageContent,
): Promise<ContentColumns> {
  const content = { recipient, subject, text, html };
  return {
    recipient: null,
    subject: null,
    body_text: null,
    body_html: null,
    content_encrypted: await cipher.encrypt(recordOf(messageId), content),
  };
}

export async function openContent(
  { cipher }: Key,
  messageId: string,
  columns: ContentColumns,
): Promise<MessageContent> {
  if (columns.content_encrypted) {
    return await cipher.decrypt(recordOf(messageId), columns.content_encrypted) as MessageContent;
  }
  const { recipient, subject, body_text: text, body_html: html } = columns;
  return { recipient, subject, text, html } as MessageContent; // a constraint says that none is missing then
}

export async function encryptFile(
  { cipher }: Key,
  messageId: string,
  position: number,
  content: string,
): Promise<{ content: null; content_encrypted: Uint8Array }> {
  return {
    content: null,
    content_encrypted: await cipher.encrypt(fileOf(messageId, position), content),
  };
}

export async function openFile(
  { cipher }: Key,
  messageId: string,
  position: number,
  { content, content_encrypted }: { content: string | null; content_encrypted: Uint8Array | null },
): Promise<string> {
  if (!content_encrypted) return content!; // a constraint says that one of them is there
  return await cipher.decrypt(fileOf(messageId, position), content_encrypted) as string;
}
