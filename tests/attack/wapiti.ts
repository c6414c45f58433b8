/** Runs wapiti against what the app offers, and reads its report. */
import { listenForCallbacks } from "./callbacks.ts";
import { runScanner } from "./scanner_process.ts";
import { formsPath, linksPath, type ScannedApp, userAgent } from "./scanned_app.ts";

export interface Finding {
  /** Wapiti's name for the kind, such as `SQL Injection`. */
  kind: string;
  method: string;
  path: string;
  parameter: string;
  about: string;
}

/** What is asked of links, and of forms. `modulesLeftOut` in accepted_findings.ts says why the others are not. */
export const linkModules: readonly string[] = [
  "backup",
  "cookieflags",
  "crlf",
  "csp",
  "exec",
  "file",
  "htaccess",
  "http_headers",
  "methods",
  "permanentxss",
  "redirect",
  "shellshock",
  "sql",
  "ssrf",
  "xss",
];
const formModules = ["crlf", "exec", "file", "permanentxss", "sql", "ssrf", "xss"];

export interface WapitiScan {
  findings: Finding[];
  output: string;
}

/**
 * Attacks the links or the forms for at most `moduleSeconds` with each module; throws if it ended without a report. `only` names the
 * modules where not all shall run.
 */
export async function runWapiti(
  app: ScannedApp,
  what: "links" | "forms",
  moduleSeconds: number,
  only?: string[],
): Promise<WapitiScan> {
  const folder = await Deno.makeTempDir({ prefix: "milepost-wapiti-" });
  const callbacks = listenForCallbacks();
  const modules: readonly string[] = only ?? (what === "links" ? linkModules : formModules);
  const report = `${folder}/report.json`;
  try {
    const args = [
      ["--url", `${app.url}/`, "--start", app.url + (what === "links" ? linksPath : formsPath)],
      // the page of what to attack, and what stands on it; no further
      ["--depth", "1", "--max-links-per-page", "10000", "--scan-force", "insane"],
      ["--module", modules.join(","), "--max-attack-time", String(moduleSeconds), "--timeout", "20"],
      ["--max-scan-time", "600", "--user-agent", userAgent],
      // it cannot read what is packed by brotli, says that it can, and would be blind
      ["--header", "Accept-Encoding: identity"],
      ["--header", `Cookie: ${app.cookie}`, "--header", `Origin: ${app.origin}`],
      ["--endpoint", callbacks.url, "--no-bugreport", "--skip", "key"],
      ["--store-session", folder, "--store-config", folder, "--format", "json", "--output", report],
    ].flat();
    const mostSeconds = 600 + modules.length * (moduleSeconds + 60);
    const { output, isCutShort } = await runScanner("wapiti", args, folder, mostSeconds);
    const found = /found (\d+) URLs and forms/.exec(output);
    if (isCutShort || !found || Number(found[1]) < 20) {
      throw new Error(`wapiti did not do its work:\n${output.slice(-3_000)}`);
    }
    return { findings: readReport(JSON.parse(await Deno.readTextFile(report))), output };
  } finally {
    await callbacks.stop();
    await Deno.remove(folder, { recursive: true });
  }
}

interface Entry {
  method: string;
  path: string;
  parameter: string | null;
  info: string;
}

interface Report {
  vulnerabilities: Record<string, Entry[]>;
  anomalies: Record<string, Entry[]>;
}

/** Vulnerabilities, and anomalies: an answer of 500, or none. */
function readReport({ vulnerabilities, anomalies }: Report): Finding[] {
  return [vulnerabilities, anomalies].flatMap((kinds) =>
    Object.entries(kinds).flatMap(([kind, entries]) =>
      entries.map(({ method, path, parameter, info }) => ({
        kind,
        method,
        path,
        parameter: parameter ?? "",
        about: info,
      }))
    )
  );
}
