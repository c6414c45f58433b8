/** Guards the ring in Vault over real HTTP: what is sent, versions, the move away from a key file, and a sentence when Vault is away. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { keyRing } from "../../core/key_ring.ts";
import { envelopeSecrets, type KeyRing, rewrapSealed, sealedPrefix } from "../../core/secrets.ts";
import { startVaultServer, type VaultServer } from "../../../tests/support/vault_server.ts";
import { rotateVaultKey, vaultKeyRing, type VaultSettings } from "./vault_transit.ts";

const context = { tenantId: "018f0000-0000-7000-8000-000000000001", record: "totp_factor:1" };
const seed = new TextEncoder().encode("a seed");

async function withVault(
  work: (vault: VaultServer, settings: VaultSettings, ring: KeyRing) => Promise<void>,
): Promise<void> {
  const vault = startVaultServer();
  const settings = { address: vault.url, token: vault.token, mount: "transit", keyName: "milepost" };
  try {
    await work(vault, settings, vaultKeyRing(settings));
  } finally {
    await vault.stop();
  }
}

/** Checks the name and the sentence of an error, and that it tells neither the token nor what was to be sealed. */
function refusal(token: string, name: string, said: RegExp): (error: Error) => true {
  return (error) => {
    assert.equal(error.name, name);
    assert.match(error.message, said);
    assert.ok(!`${error.message} ${error.stack} ${error.cause}`.includes(token));
    return true;
  };
}

Deno.test("a value is sealed by a data key from Vault, and the value itself never goes there", async () => {
  await withVault(async (vault, _settings, ring) => {
    const secrets = envelopeSecrets(ring);
    const sealed = await secrets.seal(context, seed);
    assert.deepEqual(Buffer.from(await secrets.open(context, sealed)), Buffer.from(seed));
    assert.deepEqual(vault.requests, [
      "POST /v1/transit/datakey/plaintext/milepost",
      "POST /v1/transit/decrypt/milepost",
    ]);
    assert.equal(Buffer.from(sealed).indexOf(sealedPrefix("vault:milepost:v1")), 0);
    await assert.rejects(secrets.open({ ...context, record: "totp_factor:2" }, sealed), {
      name: "SecretUnreadable",
    });
  });
});

Deno.test("a rotation makes a version that is active at once; older ones open until Vault forbids them", async () => {
  await withVault(async (vault, settings, ring) => {
    const secrets = envelopeSecrets(ring);
    const sealed = await secrets.seal(context, seed);
    assert.equal(await rotateVaultKey(settings), "vault:milepost:v2");
    assert.equal(await ring.activeKeyId(), "vault:milepost:v2");
    const [again] = await rewrapSealed(ring, [sealed]);
    assert.equal(Buffer.from(again).indexOf(sealedPrefix("vault:milepost:v2")), 0);
    vault.leastDecryptionVersion = 2;
    assert.deepEqual(Buffer.from(await secrets.open(context, again)), Buffer.from(seed));
    await assert.rejects(
      secrets.open(context, sealed),
      refusal(vault.token, "SecretUnreadable", /version of its key is no longer allowed/),
    );
  });
});

Deno.test("values of a key file move to Vault in one batch, each to its own place", async () => {
  await withVault(async (vault, settings, ring) => {
    const file = keyRing(() => keys);
    const keys = [{ id: "file", key: randomBytes(32) }];
    const before = envelopeSecrets(file);
    const texts = ["one", "two", "three", "four"];
    const contextOf = (text: string) => ({ ...context, record: `note:${text}` });
    const sealed = await Promise.all(
      texts.map((text, index) =>
        (index % 2 ? envelopeSecrets(ring) : before).seal(contextOf(text), new TextEncoder().encode(text))
      ),
    );
    const both = vaultKeyRing(settings, file);
    vault.requests.length = 0;
    const moved = await rewrapSealed(both, sealed);
    assert.deepEqual(vault.requests, [
      "POST /v1/transit/rewrap/milepost",
      "POST /v1/transit/encrypt/milepost",
    ]);
    for (const [index, text] of texts.entries()) {
      const plain = await envelopeSecrets(ring).open(contextOf(text), moved[index]);
      assert.equal(new TextDecoder().decode(plain), text);
    }
    assert.equal(
      new TextDecoder().decode(await envelopeSecrets(both).open(contextOf("one"), sealed[0])),
      "one",
    );
    await assert.rejects(envelopeSecrets(ring).open(contextOf("one"), sealed[0]), /MILEPOST_KEY_FILE/);
  });
});

Deno.test("a wrong token, a key that is not there, a sealed and a silent Vault are each told", async () => {
  await withVault(async (vault, settings) => {
    const seal = (change: Partial<VaultSettings>) =>
      envelopeSecrets(vaultKeyRing({ ...settings, ...change })).seal(context, seed);
    const told = (said: RegExp) => refusal(vault.token, "SecretsUnavailable", said);
    await assert.rejects(seal({ token: "hvs.wrong" }), told(/refuses the token.*MILEPOST_VAULT_TOKEN/));
    await assert.rejects(seal({ keyName: "other" }), told(/MILEPOST_VAULT_KEY/));
    await assert.rejects(seal({ mount: "kv" }), told(/MILEPOST_VAULT_MOUNT/));
    vault.sealed = true;
    await assert.rejects(seal({}), told(/status 503.*sealed\. Nothing was changed/));
    await assert.rejects(vaultKeyRing(settings).activeKeyId(), told(/status 503/));
    await vault.stop();
    await assert.rejects(seal({}), told(/Vault does not answer\. Nothing was changed/));
  });
});

Deno.test("an answer that is none of Vault's is told, and a redirect is not followed with the token", async () => {
  const asked: (string | null)[] = [];
  const elsewhere = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    asked.push(request.headers.get("x-vault-token"));
    return Response.json({});
  });
  let answer = () => new Response("<html>A proxy</html>");
  const front = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => answer());
  const settings = {
    address: `http://127.0.0.1:${front.addr.port}/`,
    token: "t",
    mount: "transit",
    keyName: "k",
  };
  try {
    const ring = vaultKeyRing(settings);
    await assert.rejects(ring.newDataKey(), /not that of its transit engine/);
    answer = () => Response.json({ data: { plaintext: "AAAA", ciphertext: "no prefix" } });
    await assert.rejects(ring.newDataKey(), /not that of its transit engine/);
    answer = () => Response.redirect(`http://127.0.0.1:${elsewhere.addr.port}/`);
    await assert.rejects(ring.newDataKey(), /does not answer/);
    assert.deepEqual(asked, []);
  } finally {
    await front.shutdown();
    await elsewhere.shutdown();
  }
});
