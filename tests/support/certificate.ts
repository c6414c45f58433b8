/** A key and a certificate for a host name, made by openssl for one test. */

export interface Certificate {
  /** PEM */
  cert: string;
  /** PEM */
  key: string;
}

/** Makes a self-signed certificate that is valid for a day. */
export async function makeCertificate(host: string): Promise<Certificate> {
  const folder = await Deno.makeTempDir();
  try {
    const { success, stderr } = await new Deno.Command("openssl", {
      args: ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        .concat(["-keyout", "key.pem", "-out", "cert.pem", "-days", "1", "-subj", `/CN=${host}`])
        .concat(["-addext", `subjectAltName=DNS:${host}`, "-addext", "basicConstraints=CA:FALSE"]),
      cwd: folder,
      stdout: "null",
      stderr: "piped",
    }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    const read = (name: string) => Deno.readTextFile(`${folder}/${name}`);
    return { cert: await read("cert.pem"), key: await read("key.pem") };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
