/** A device with passkeys, in software: makes and uses them as W3C Web Authentication has it, and cheats where a test tells it to. */
import { Buffer } from "node:buffer";
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

/** What it does, beside the challenge that it was given. */
export interface Gesture {
  challenge: string;
  /** Where the browser says that it is. */
  origin: string;
  host: string;
  /** Its holder was recognised by finger, face or PIN; true if left out. */
  userVerified?: boolean;
  /** Whom the device says that it belongs to, in base64url; the one that it was made for if left out. */
  userHandle?: string;
  /** What the device says it is doing. */
  type?: string;
}

const bit = { userPresent: 1, userVerified: 4, hasCredential: 64 };

export class Authenticator {
  readonly credentialId = randomBytes(16).toString("base64url");
  readonly #key: KeyObject;
  readonly #coseKey: Buffer;
  #userHandle = "";
  /** How often it signed; a copy of it may fall behind. */
  count = 0;

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    this.#key = privateKey;
    const { x, y } = publicKey.export({ format: "jwk" });
    // A COSE key (RFC 9053): EC2, ES256, P-256, x, y.
    this.#coseKey = Buffer.concat([
      Buffer.from("a501020326200121", "hex"),
      Buffer.from("5820", "hex"),
      Buffer.from(x!, "base64url"),
      Buffer.from("225820", "hex"),
      Buffer.from(y!, "base64url"),
    ]);
  }

  /** The credential that `navigator.credentials.create` gives, as JSON. */
  create(gesture: Gesture, userHandle: string): string {
    this.#userHandle = userHandle;
    const id = Buffer.from(this.credentialId, "base64url");
    const data = this.#data(gesture, bit.hasCredential);
    const credential = Buffer.concat([
      data,
      Buffer.alloc(16),
      Buffer.from([0, id.length]),
      id,
      this.#coseKey,
    ]);
    // CBOR: { fmt: "none", attStmt: {}, authData: bytes }
    const attestation = Buffer.concat([
      Buffer.from("a363666d74646e6f6e656761747453746d74a0686175746844617461", "hex"),
      Buffer.from([0x58, credential.length]),
      credential,
    ]);
    return this.#written({
      clientDataJSON: clientData("webauthn.create", gesture).toString("base64url"),
      attestationObject: attestation.toString("base64url"),
      transports: ["internal"],
    });
  }

  /** The credential that `navigator.credentials.get` gives, as JSON. */
  get(gesture: Gesture): string {
    this.count++;
    const data = this.#data(gesture, 0);
    const client = clientData("webauthn.get", gesture);
    const signed = Buffer.concat([data, createHash("sha256").update(client).digest()]);
    return this.#written({
      clientDataJSON: client.toString("base64url"),
      authenticatorData: data.toString("base64url"),
      signature: sign("sha256", signed, this.#key).toString("base64url"),
      userHandle: gesture.userHandle ?? this.#userHandle,
    });
  }

  #data({ host, userVerified = true }: Gesture, more: number): Buffer {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(this.count);
    const flags = bit.userPresent | (userVerified ? bit.userVerified : 0) | more;
    return Buffer.concat([createHash("sha256").update(host).digest(), Buffer.from([flags]), count]);
  }

  #written(response: Record<string, unknown>): string {
    const { credentialId: id } = this;
    return JSON.stringify({ id, rawId: id, type: "public-key", clientExtensionResults: {}, response });
  }
}

function clientData(type: string, gesture: Gesture): Buffer {
  const { challenge, origin } = gesture;
  return Buffer.from(JSON.stringify({ type: gesture.type ?? type, challenge, origin, crossOrigin: false }));
}
