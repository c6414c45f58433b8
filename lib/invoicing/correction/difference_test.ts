/** What is due less what is billed: nothing follows where nothing changed, else the sums meet, and no line gives more than it has. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { BilledLine } from "../../../db/queries/rederivation.ts";
import { checkProperty } from "../../../tests/support/property.ts";
import type { DerivedLine } from "../derive.ts";
import { differences, settle, type Settlement } from "./difference.ts";

function due(chargeId: string, amount: bigint, taxPercent = "20"): DerivedLine {
  return {
    kind: "charge",
    chargeId,
    vehicleId: null,
    description: chargeId,
    detail: "",
    quantity: null,
    unitPrice: null,
    amount,
    taxCategory: "S",
    taxPercent,
    steps: [],
  };
}

function billed(chargeId: string, amount: bigint, more: Partial<BilledLine> = {}): BilledLine {
  return {
    id: `${chargeId} ${more.invoiceId ?? "first"}`,
    invoiceId: "first",
    position: 1,
    kind: "charge",
    chargeId,
    vehicleId: null,
    description: chargeId,
    quantity: null,
    amount,
    taxCategory: "S",
    taxPercent: "20.00",
    credited: 0n,
    corrected: 0n,
    ...more,
  };
}

function shown({ increases, takenBack, beyond }: Settlement) {
  return [
    ...increases.map(({ of, amount }) => `${(of.due ?? of.lines[0]).chargeId} +${amount}`),
    ...takenBack.map(({ line, amount }) => `${line.id} -${amount}`),
    ...(beyond > 0n ? [`beyond ${beyond}`] : []),
  ];
}

const cases: readonly [name: string, DerivedLine[], BilledLine[], string[]][] = [
  ["the same", [due("a", 5n)], [billed("a", 5n)], []],
  ["more", [due("a", 8n)], [billed("a", 5n)], ["a +3"]],
  ["less", [due("a", 2n)], [billed("a", 5n)], ["a first -3"]],
  ["something new", [due("a", 5n), due("b", 1n)], [billed("a", 5n)], ["b +1"]],
  ["nothing any more", [], [billed("a", 5n)], ["a first -5"]],
  ["another tax rate", [due("a", 5n, "5")], [billed("a", 5n)], ["a +5", "a first -5"]],
  ["the later correction is taken back first", [due("a", 4n)], [
    billed("a", 2n, { invoiceId: "later" }),
    billed("a", 5n),
  ], ["a later -2", "a first -1"]],
  [
    "what was credited to be billed again",
    [due("a", 5n)],
    [billed("a", 5n, { credited: 2n, corrected: 2n })],
    [
      "a +2",
    ],
  ],
  ["what was given away", [due("a", 5n)], [billed("a", 5n, { credited: 2n })], []],
  ["less than was given away", [due("a", 1n)], [billed("a", 5n, { credited: 2n })], [
    "a first -3",
    "beyond 1",
  ]],
  [
    "a discount at another rate than before, beside more at that rate",
    [due("a", 50n), due("d", -4n), due("b", 9n, "5"), due("d", -1n, "5")],
    [billed("a", 50n), billed("d", -5n)],
    ["d +1", "b +9", "d +-1"],
  ],
  [
    "the same with too little beside it",
    [due("a", 50n), due("d", -4n), due("d", -1n, "5")],
    [billed("a", 50n), billed("d", -5n)],
    ["d +1", "beyond 1"],
  ],
  [
    "what was given away, beside more at the rate",
    [due("a", 1n), due("b", 9n)],
    [billed("a", 5n, { credited: 2n })],
    ["b +9", "a first -3", "beyond 1"],
  ],
  ["moved from one charge to another", [due("a", 2n), due("b", 4n)], [billed("a", 6n)], []],
  ["less of a discount with less of its charge", [due("a", 50n), due("d", -5n)], [
    billed("a", 100n),
    billed("d", -10n),
  ], ["a first -50", "d first --5"]],
  ["less of a discount alone", [due("a", 100n), due("d", -5n)], [billed("a", 100n), billed("d", -10n)], [
    "d +5",
  ]],
  ["more of a discount", [due("a", 100n), due("d", -20n)], [billed("a", 100n), billed("d", -10n)], [
    "beyond 10",
  ]],
];

for (const [name, now, before, expected] of cases) {
  Deno.test(`${name}: ${expected.join(", ") || "nothing"}`, () => {
    assert.deepEqual(shown(settle(differences(now, before))), expected);
  });
}

const amounts = fc.bigInt(0n, 20n);
const charges = fc.constantFrom("a", "b", "c");
const dueLines = fc.uniqueArray(
  fc.record({ charge: charges, amount: amounts, percent: fc.constantFrom("20", "5") }),
  { selector: ({ charge }) => charge },
).map((lines) => lines.map(({ charge, amount, percent }) => due(charge, amount, percent)));
const billedLines = fc.uniqueArray(
  fc.record({
    charge: charges,
    amount: amounts,
    given: amounts,
    corrected: amounts,
    percent: fc.constantFrom("20", "5"),
    invoiceId: fc.constantFrom("later", "first"),
  }),
  { selector: ({ charge, invoiceId }) => `${charge} ${invoiceId}` },
).map((lines) =>
  lines.map(({ charge, amount, given, corrected, percent, invoiceId }) => {
    const credited = given + corrected > amount ? 0n : given + corrected;
    const part = credited === 0n ? 0n : corrected;
    return billed(charge, amount, { invoiceId, credited, corrected: part, taxPercent: percent });
  })
);

Deno.test("billed less credited, with what is added and taken back, is what is due; once settled, nothing follows", () => {
  checkProperty(fc.property(dueLines, billedLines, (now, before) => {
    const { increases, takenBack, beyond } = settle(differences(now, before));
    const sum = (all: readonly bigint[]) => all.reduce((total, each) => total + each, 0n);
    for (const { line, amount } of takenBack) assert.ok(amount > 0n && amount <= line.amount - line.credited);
    const billedNow = sum(before.map(({ amount, corrected }) => amount - corrected)) +
      sum(increases.map(({ amount }) => amount)) - sum(takenBack.map(({ amount }) => amount));
    assert.equal(billedNow - beyond, sum(now.map(({ amount }) => amount)));
    const after = [
      ...increases.map(({ of, amount }) => ({ ...billed("", amount), ...(of.due ?? of.lines[0]), amount })),
      ...before.map((line) => {
        const taken = sum(takenBack.filter((part) => part.line === line).map(({ amount }) => amount));
        return { ...line, credited: line.credited + taken, corrected: line.corrected + taken };
      }),
    ].map((line) => ({ ...billed("", 0n), ...line }));
    const again = settle(differences(now, after));
    assert.deepEqual([again.increases.length, again.takenBack.length], [0, 0]);
    assert.equal(again.beyond, beyond);
  }));
});
