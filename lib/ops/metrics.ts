/** Counts what a process does and tells it in the text format of Prometheus (version 0.0.4). */

/** Upper bounds in seconds: the goal is 50 ms, and beyond 5 s people have left. */
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

type Labels = Record<string, string | number>;

/** A value that is read when it is asked for. */
export interface Gauge {
  name: string;
  help: string;
  values: { labels?: Labels; value: number }[];
}

interface Durations {
  labels: Labels;
  /** How many took at most the bound of the same place in `buckets`. */
  within: number[];
  count: number;
  seconds: number;
}

/** The counters of one process. Routes are patterns and methods a short list, so that the number of series stays small. */
export class Metrics {
  readonly #requests = new Map<string, Durations>();
  readonly #jobs = new Map<string, { labels: Labels; count: number }>();

  /** One answered request; `route` is the pattern that matched. */
  countRequest(method: string, route: string, status: number, seconds: number): void {
    const labels = { method, route, status };
    const key = `${method} ${route} ${status}`;
    let durations = this.#requests.get(key);
    if (!durations) {
      durations = { labels, within: buckets.map(() => 0), count: 0, seconds: 0 };
      this.#requests.set(key, durations);
    }
    buckets.forEach((bound, index) => {
      if (seconds <= bound) durations.within[index]++;
    });
    durations.count++;
    durations.seconds += seconds;
  }

  /** One ended attempt of a job. */
  countJob(kind: string, outcome: string): void {
    const key = `${kind} ${outcome}`;
    const kept = this.#jobs.get(key);
    if (kept) kept.count++;
    else this.#jobs.set(key, { labels: { kind, outcome }, count: 1 });
  }

  /** Everything as text, ended by a line break. */
  toText(gauges: readonly Gauge[]): string {
    return [...this.#requestLines(), ...this.#jobLines(), ...gauges.flatMap(gaugeLines)].join("\n") + "\n";
  }

  #requestLines(): string[] {
    const name = "milepost_http_request_duration_seconds";
    const lines = heading(name, "histogram", "Time from the request to the answer's head.");
    for (const { labels, within, count, seconds } of this.#requests.values()) {
      buckets.forEach((bound, index) =>
        lines.push(sample(`${name}_bucket`, { ...labels, le: bound }, within[index]))
      );
      lines.push(sample(`${name}_bucket`, { ...labels, le: "+Inf" }, count));
      lines.push(sample(`${name}_sum`, labels, seconds), sample(`${name}_count`, labels, count));
    }
    return lines;
  }

  #jobLines(): string[] {
    const name = "milepost_job_attempts_total";
    return [
      ...heading(name, "counter", "Attempts of jobs that this process ended, by outcome."),
      ...[...this.#jobs.values()].map(({ labels, count }) => sample(name, labels, count)),
    ];
  }
}

function gaugeLines({ name, help, values }: Gauge): string[] {
  return [
    ...heading(name, "gauge", help),
    ...values.map(({ labels, value }) => sample(name, labels ?? {}, value)),
  ];
}

function heading(name: string, type: string, help: string): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
}

function sample(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escape(String(text))}"`);
  return `${name}${pairs.length > 0 ? `{${pairs.join(",")}}` : ""} ${value}`;
}

function escape(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
