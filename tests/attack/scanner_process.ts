/** Runs a scanner in a folder of its own, cut off from everything but this machine, and for so long at most. */

export interface ScannerRun {
  output: string;
  /** Whether it was still at work when its time was over. */
  isCutShort: boolean;
}

/** Whatever wapiti wants from elsewhere goes to a port that nobody listens on; sqlmap asks for nothing but what is in its log. */
const nowhere = "http://127.0.0.1:9";
const cutOff = {
  HTTP_PROXY: nowhere,
  HTTPS_PROXY: nowhere,
  http_proxy: nowhere,
  https_proxy: nowhere,
  NO_PROXY: "127.0.0.1",
  no_proxy: "127.0.0.1",
};

/** Gives all that it wrote. `mostSeconds` is a net below the scanner's own limits. */
export async function runScanner(
  program: "wapiti" | "sqlmap",
  args: string[],
  folder: string,
  mostSeconds: number,
): Promise<ScannerRun> {
  const child = new Deno.Command("nice", {
    args: ["-n", "15", program, ...args],
    cwd: folder,
    env: { HOME: folder, LANG: "C.UTF-8", ...(program === "wapiti" ? cutOff : {}) },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let isCutShort = false;
  const timer = setTimeout(() => {
    isCutShort = true;
    child.kill("SIGKILL");
  }, mostSeconds * 1000);
  const { stdout, stderr } = await child.output();
  clearTimeout(timer);
  const text = new TextDecoder();
  return { output: text.decode(stdout) + text.decode(stderr), isCutShort };
}
