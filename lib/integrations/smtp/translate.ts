/** Between messages and SMTP, both ways: addresses and settings going out, replies coming in. */
import { type DeliveryOutcome, type OutgoingMessage, TransportError } from "../port.ts";
import type { SmtpError, SmtpServer } from "./client.ts";

/** Reads `smtp://user:password@host:587` or `smtps://host`. */
export function serverOf(url: string): SmtpServer {
  const { protocol, hostname, port, username, password } = new URL(url);
  const secure = protocol === "smtps:";
  const isLocal = ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
  return {
    host: hostname.replace(/^\[|\]$/g, ""),
    port: port === "" ? (secure ? 465 : 587) : Number(port),
    secure,
    // letters name people and what they owe, so that goes for those without a password too
    requireTls: !secure && !isLocal,
    ...(username === ""
      ? {}
      : { credentials: { user: decodeURIComponent(username), password: decodeURIComponent(password) } }),
  };
}

/** The fields of a letter as nodemailer composes it; its Message-ID follows from the message alone. */
export function letterOf(message: OutgoingMessage, from: string) {
  return {
    from: { name: message.senderName, address: from },
    to: { name: "", address: message.recipient },
    subject: message.subject,
    text: message.text,
    html: message.html,
    messageId: `<${message.id}@${from.split("@")[1]}>`,
    headers: { "Auto-Submitted": "auto-generated" },
    attachments: message.attachments.map(({ fileName, mediaType, content }) => ({
      filename: fileName,
      contentType: mediaType,
      content,
    })),
    // What comes from a customer's data must never make the server read a file or an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

const longestReply = 200;

/** The server's yes, with what it calls the message. */
export function accepted(reply: string): DeliveryOutcome {
  return { outcome: "sent", providerId: reply.slice(0, longestReply) };
}

/**
 * What an error means: a reply from 500 is final, one from 400 asks for another attempt, and silence after the last byte leaves open
 * whether the message was taken (RFC 5321, section 4.5.3.2.6). Throws a `TransportError` where another attempt is safe.
 */
export function refused({ message, replyCode, isHandedOver }: SmtpError): DeliveryOutcome {
  const said = message.replace(/\s+/g, " ").slice(0, longestReply);
  if (replyCode !== undefined && replyCode >= 500) {
    return { outcome: "failed", failure: `The mail server refused it: ${said}` };
  }
  if (replyCode === undefined && isHandedOver) {
    return {
      outcome: "uncertain",
      failure: "The mail server took the message and then fell silent. It may have arrived: " +
        "ask before you send it again.",
    };
  }
  throw new TransportError(`The mail server did not take it: ${said}`);
}
