/** Counts what a file of trips comes to by its own means: nothing of the product is imported, so the two can only agree by being right. */

/** Rows of a file without quotes, as an object by column. Throws where a quote would need more than splitting. */
export function readPlainCsv(path: URL): Record<string, string>[] {
  const text = Deno.readTextFileSync(path);
  if (text.includes('"')) {
    throw new Error(`${path.pathname} has quoted values: splitting would read it wrongly.`);
  }
  const [header, ...lines] = text.split(/\r?\n/).filter((line) => line !== "");
  const names = header.split(",");
  return lines.map((line) => {
    const values = line.split(",");
    if (values.length !== names.length) throw new Error(`This row has ${values.length} values: ${line}`);
    return Object.fromEntries(names.map((name, index) => [name, values[index]]));
  });
}

/** An exact number: `digits` × 10^-`places`. */
export interface Exact {
  digits: bigint;
  places: number;
}

export function exact(text: string): Exact {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (!match) throw new Error(`"${text}" is no decimal number.`);
  const [, sign, whole, fraction = ""] = match;
  const digits = BigInt(whole + fraction);
  return { digits: sign === "-" ? -digits : digits, places: fraction.length };
}

export function times(left: Exact, right: Exact): Exact {
  return { digits: left.digits * right.digits, places: left.places + right.places };
}

export function sum(numbers: readonly Exact[]): Exact {
  const places = Math.max(0, ...numbers.map((number) => number.places));
  const digits = numbers.reduce(
    (all, number) => all + number.digits * 10n ** BigInt(places - number.places),
    0n,
  );
  return { digits, places };
}

/** A percentage as a factor: 8.875 becomes 0.08875. */
export function percent(text: string): Exact {
  const { digits, places } = exact(text);
  return { digits, places: places + 2 };
}

/** Cents, a half away from zero. */
export function toCents({ digits, places }: Exact): bigint {
  if (places <= 2) return digits * 10n ** BigInt(2 - places);
  const unit = 10n ** BigInt(places - 2);
  const size = digits < 0n ? -digits : digits;
  const rounded = (2n * size + unit) / (2n * unit);
  return digits < 0n ? -rounded : rounded;
}

export function cents(amount: bigint): Exact {
  return { digits: amount, places: 2 };
}

export function showCents(amount: bigint): string {
  const digits = `${amount < 0n ? -amount : amount}`.padStart(3, "0");
  return `${amount < 0n ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

export function groupBy<Row>(rows: readonly Row[], key: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(key(row));
    if (group) group.push(row);
    else groups.set(key(row), [row]);
  }
  return groups;
}
