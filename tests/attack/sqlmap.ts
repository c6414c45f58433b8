/** Runs sqlmap over every parameter of every filter, form and JSON body, and reads what it says of each. */
import { type ScannedApp, userAgent } from "./scanned_app.ts";
import { runScanner } from "./scanner_process.ts";

export interface SqlmapScan {
  /** Lines of its table of results, such as `http://…,GET,search,BE`. */
  findings: string[];
  /** How many parameters there are, and how many of them it says it has tried. */
  parameters: number;
  tried: number;
  output: string;
}

/** A request as sqlmap reads it from a log. */
interface LoggedRequest {
  method: "GET" | "POST";
  path: string;
  type?: "application/x-www-form-urlencoded" | "application/json";
  body?: string;
  authorization?: string;
  /** Place and name of each value that is tried. */
  parameters: string[];
}

const form = "application/x-www-form-urlencoded";

/**
 * Boolean, error and inline queries. Not by time (T, and S that is seen by time alone): the machines that tests run on are busy, so
 * seconds say nothing there. Not by UNION (U): it doubles the requests and finds what a boolean finds, only to read more with it.
 * Level 2, because level 1 knows no way out of the patterns of `like` that searches are made of; without the cookie that it adds, of
 * which the product looks up nothing but a hash. `--smart` would skip whatever shows no error of the database, so it is off.
 */
const methodOfAttack = ["--technique", "BEQ", "--level", "2", "--risk", "1", "--dbms", "postgresql"];

/** `only` chooses among the asks where not all shall be tried. */
export async function runSqlmap(
  app: ScannedApp,
  mostSeconds: number,
  only: (path: string) => boolean = () => true,
): Promise<SqlmapScan> {
  const folder = await Deno.makeTempDir({ prefix: "milepost-sqlmap-" });
  const requests = requestsOf(app).filter(({ path }) => only(path));
  const results = `${folder}/results.csv`;
  try {
    await Deno.writeTextFile(`${folder}/requests.log`, requests.map((one) => logged(app, one)).join("\n"));
    const args = [
      [
        "-l",
        "requests.log",
        "--ignore-stdin",
        "--batch",
        "--disable-coloring",
        "--flush-session",
        "--skip-waf",
      ],
      methodOfAttack,
      [
        "--user-agent",
        userAgent,
        "--drop-set-cookie",
        "--ignore-redirects",
        "--ignore-code",
        "400,401,403,404,405,409,413,415,422",
      ],
      [
        "--skip",
        "key,cookie",
        "--param-exclude",
        "^key$",
        "--timeout",
        "20",
        "--retries",
        "1",
        "--keep-alive",
      ],
      ["--output-dir", folder, "--results-file", results],
    ].flat();
    const { output, isCutShort } = await runScanner("sqlmap", args, folder, mostSeconds);
    if (isCutShort) throw new Error(`sqlmap was still at work:\n${output.slice(-3_000)}`);
    const tried = [...output.matchAll(/^\[[\d:]+\] \[INFO\] testing for SQL injection on /gm)].length;
    const findings = [...output.matchAll(/^Parameter: .*$/gm)].map(([line]) => line);
    return {
      findings: [...findings, ...await readResults(results)],
      parameters: countParameters(requests),
      tried,
      output,
    };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A parameter of one address that several requests have is tried once. */
function countParameters(requests: LoggedRequest[]): number {
  return new Set(
    requests.flatMap(({ path, parameters }) => parameters.map((name) => `${path.split("?")[0]} ${name}`)),
  ).size;
}

/** Where a boolean answer looked like a way in, sqlmap asks it sums; this is its note where the answers were wrong. */
const ownVerdict = "false positive or unexploitable";

/** Its rows, without the heading and without what it took back itself; none if it wrote none. */
async function readResults(path: string): Promise<string[]> {
  try {
    return (await Deno.readTextFile(path)).split("\n").slice(1)
      .filter((line) => line.trim() !== "" && !line.endsWith(ownVerdict));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** A key says that a form was sent before; it is looked up whole and never searched by. */
const isTried = (parameter: string) => parameter !== "form key";

function requestsOf(app: ScannedApp): LoggedRequest[] {
  const asked = app.asks.map(({ method, path, fields }): LoggedRequest => ({
    method,
    path,
    ...(method === "POST" ? { type: form, body: String(new URLSearchParams(fields)) } : {}),
    parameters: [
      ...[...new URLSearchParams(path.split("?")[1]).keys()].map((name) => `address ${name}`),
      ...Object.keys(fields).map((name) => `form ${name}`),
    ].filter(isTried),
  }));
  return [...asked.filter(({ parameters }) => parameters.length > 0), ...requestsOfPrograms(app)];
}

function requestsOfPrograms({ apiKey, apiClient }: ScannedApp): LoggedRequest[] {
  const authorization = `Bearer ${apiKey}`;
  const events = {
    source: "oak",
    events: [{ id: "S-1", event: "trip", vehicle: "V-0001", at: "2024-03-05T10:00:00Z" }],
  };
  return [
    {
      method: "POST",
      path: "/api/v1/usage-events",
      type: "application/json",
      body: JSON.stringify(events),
      authorization,
      parameters: ["source", "id", "event", "vehicle", "at"],
    },
    {
      method: "POST",
      path: "/api/v1/price-previews",
      type: "application/json",
      body: JSON.stringify({ currency: "GBP", start: "2024-01-01", end: "2024-02-01" }),
      authorization,
      parameters: ["currency", "start", "end"],
    },
    {
      method: "POST",
      path: "/oauth/token",
      type: form,
      body: String(
        new URLSearchParams({
          grant_type: "client_credentials",
          client_id: apiClient.id,
          client_secret: apiClient.secret,
          scope: "read",
        }),
      ),
      parameters: ["grant_type", "client_id", "client_secret", "scope"],
    },
  ];
}

const line = "=".repeat(54);

function logged({ url, cookie, origin }: ScannedApp, request: LoggedRequest): string {
  const heads = [
    `${request.method} ${request.path} HTTP/1.1`,
    `Host: ${new URL(url).host}`,
    `User-Agent: ${userAgent}`,
    request.authorization ? `Authorization: ${request.authorization}` : `Cookie: ${cookie}`,
    `Origin: ${origin}`,
    ...(request.type ? [`Content-Type: ${request.type}`] : []),
  ];
  return [line, heads.join("\n") + "\n", request.body ?? "", line].join("\n");
}
