/** Writes the parts that others wrote as a bill of materials: CycloneDX 1.6 JSON, https://cyclonedx.org/docs/1.6/json/. */

interface Lock {
  npm: Record<string, { integrity: string; dependencies?: string[] }>;
}

export interface Component {
  type: "library";
  name: string;
  version: string;
  /** As https://github.com/package-url/purl-spec has it. */
  purl: string;
  hashes: { alg: "SHA-512"; content: string }[];
}

/** `preact@10.29.8`, of a name such as `a@1_preact@10.29.8` the part before what it was combined with. */
const packageKey = /^(?<name>@?[^@]+)@(?<version>[^_]+)(?:_.+)?$/;

/** Every part of a lock file once, in the order of their names; the hash is that of the registry's archive. */
export function componentsOf(lock: Lock): Component[] {
  const found = new Map<string, Component>();
  for (const [key, { integrity }] of Object.entries(lock.npm)) {
    const { name, version } = packageKey.exec(key)!.groups!;
    const purl = `pkg:npm/${name.replace(/^@/, "%40")}@${version}`;
    const content = Uint8Array.fromBase64(integrity.replace(/^sha512-/, "")).toHex();
    found.set(purl, { type: "library", name, version, purl, hashes: [{ alg: "SHA-512", content }] });
  }
  return [...found.values()].sort((one, other) => one.purl < other.purl ? -1 : 1);
}

if (import.meta.main) {
  const lock: Lock = JSON.parse(Deno.readTextFileSync(new URL("../deno.lock", import.meta.url)));
  const bill = {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { component: { type: "application", name: "milepost" } },
    components: componentsOf(lock),
  };
  console.info(JSON.stringify(bill, null, 2));
}
