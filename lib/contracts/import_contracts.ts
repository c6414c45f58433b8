/** Contracts with their vehicles from a file: the columns that the export writes, and the command that takes their rows. */
import {
  type Contract,
  insertContracts,
  listContractsByReference,
  type NewContract,
} from "../../db/queries/contract.ts";
import {
  insertStays,
  listStaysOfContracts,
  listStaysOfVehicles,
  type NamedStay,
} from "../../db/queries/contract_vehicle.ts";
import { type ChargeFacts, listChargeFacts } from "../../db/queries/billing_facts.ts";
import { insertTerms, listTermsOfContracts, type TermValues } from "../../db/queries/contract_term.ts";
import { lockVehicles } from "../../db/queries/vehicle.ts";
import type { TenantDb } from "../../db/tenant.ts";
import { defineCommand } from "../core/command.ts";
import { cadenceNames } from "../core/billing_cycle.ts";
import { parseCurrencyCode } from "../core/currency.ts";
import type { RecordKind } from "../imports/import_records.ts";
import {
  describeBatch,
  inOrder,
  type RecordBatch,
  type RecordBatchResult,
  type RecordRules,
  requireWritten,
  takeRecords,
} from "../imports/record_batch.ts";
import type { RecordColumn, RecordRow } from "../imports/record_file.ts";
import { type DraftChoices, loadDraftChoices, resolveDraft, type VersionedDraft } from "./contract_draft.ts";
import { type ContractFacts, readContract } from "./contract_input.ts";
import { requireNoOverlap, type StayOnContract, type VehicleStay } from "./stays.ts";
import { writeStayLines } from "./stay_lines.ts";
import { readTermLines, termLineExample, writeTermLines } from "./terms/term_lines.ts";

/** A contract as a file says it, with what is agreed beside its plan. */
export interface ContractRecord {
  reference: string;
  customer: string;
  entity: string;
  plan: string;
  planVersion: number;
  startDate: Temporal.PlainDate;
  endDate: Temporal.PlainDate | null;
  cadence: string;
  anchorDay: number;
  anchorDate: Temporal.PlainDate | null;
  stays: readonly { vehicle: string; from: Temporal.PlainDate; to: Temporal.PlainDate | null }[];
  terms: readonly TermValues[];
}

export const contractColumns: readonly RecordColumn<ContractRecord>[] = [
  {
    name: "reference",
    about: "reference",
    help: "Your own number for the contract.",
    example: "K-118",
    required: true,
    value: ({ reference }) => reference,
  },
  {
    name: "customer",
    about: "customer",
    help: "Reference of the customer.",
    example: "C-1042",
    required: true,
    value: ({ customer }) => customer,
  },
  {
    name: "entity",
    about: "billing entity",
    help: "Short code of the billing entity.",
    example: "CFS",
    required: true,
    value: ({ entity }) => entity,
  },
  {
    name: "plan",
    about: "plan",
    help: "Reference of the plan.",
    example: "lease-gbp",
    required: true,
    value: ({ plan }) => plan,
  },
  {
    name: "start_date",
    about: "start date",
    help: "First day, as year, month and day.",
    example: "2024-01-01",
    required: true,
    value: ({ startDate }) => startDate.toString(),
  },
  {
    name: "end_date",
    about: "end date",
    help: "The day after the last one. Empty while it is open.",
    example: "2025-01-01",
    value: ({ endDate }) => endDate?.toString() ?? null,
  },
  {
    name: "anchor_day",
    about: "anchor day",
    help: "Day of the month on which its periods begin, if it bills each month; 1 if empty.",
    example: "1",
    value: ({ anchorDay }) => anchorDay,
  },
  {
    name: "cadence",
    about: "cadence",
    help: `How often it bills: ${Object.keys(cadenceNames).join(", ")}. Monthly if empty.`,
    example: "quarterly",
    emptyIsAny: true,
    value: ({ cadence }) => cadence,
  },
  {
    name: "anchor_date",
    about: "anchor date",
    help: "A day on which a period begins, if it does not bill each month; its first day if empty.",
    example: "2024-01-01",
    emptyIsAny: true,
    value: ({ anchorDate }) => anchorDate?.toString() ?? null,
  },
  {
    name: "plan_version",
    about: "plan version",
    help: "Number of the version; the newest if empty.",
    example: "2",
    emptyIsAny: true,
    value: ({ planVersion }) => planVersion,
  },
  {
    name: "vehicles",
    about: "vehicles",
    help:
      "One on each line of the cell: reference, first day, and first day off the contract if there is one.",
    example: "V-0042 from 2024-01-10 to 2024-02-01",
    value: ({ stays }) => writeStayLines(stays),
  },
  {
    name: "terms",
    about: "agreed terms",
    help:
      "One on each line of the cell: its name, the minimum, the cap or both, on which charges if not on all, and its days.",
    example: termLineExample,
    value: ({ terms }) => writeTermLines(terms),
  },
];

/** By the fields of the draft, and of the command's input that is made of it. */
const columnOf = {
  customerId: "customer",
  billingEntityId: "entity",
  ratePlanVersionId: "plan",
  planVersion: "plan_version",
  startDate: "start_date",
  endDate: "end_date",
  cadence: "cadence",
  anchorDay: "anchor_day",
  anchorDate: "anchor_date",
  fromDate: "vehicles",
  toDate: "vehicles",
};

/** A record that is about to be written. */
interface NewRecord extends ContractRecord {
  /** Left out for one that is there. */
  written?: { contract: NewContract; stays: VehicleStay[]; terms: TermValues[] };
}

function draftOf(values: RecordRow["values"]): VersionedDraft {
  const text = (column: string) => values[column]?.trim() ?? "";
  return {
    reference: text("reference"),
    customer: text("customer"),
    entity: text("entity"),
    plan: text("plan"),
    planVersion: text("plan_version"),
    startDate: text("start_date"),
    endDate: text("end_date"),
    cadence: text("cadence"),
    anchorDay: text("anchor_day"),
    anchorDate: text("anchor_date"),
    vehicles: text("vehicles"),
  };
}

/** What the rows of a slice name, and what is there of it. */
class ContractSlice {
  readonly #choices: DraftChoices;
  readonly #facts: ContractFacts;
  readonly #versionNumbers: ReadonlyMap<string, number>;
  readonly #charges: ReadonlyMap<string, readonly ChargeFacts[]>;
  readonly #vehicles: ReadonlyMap<string, string>;
  /** On which contracts each vehicle is, those of earlier rows included. */
  readonly #stays: Map<string, StayOnContract[]>;

  constructor(
    choices: DraftChoices,
    charges: ReadonlyMap<string, readonly ChargeFacts[]>,
    stays: readonly StayOnContract[],
  ) {
    const versions = [...choices.versions.values()].flat();
    this.#choices = choices;
    this.#charges = charges;
    this.#facts = {
      customerIds: new Set(choices.customerIds.values()),
      entities: choices.entities,
      currencies: new Map(versions.map(({ versionId, currency }) => [versionId, currency])),
    };
    this.#versionNumbers = new Map(versions.map(({ versionId, version }) => [versionId, version]));
    this.#vehicles = new Map([...choices.vehicleIds].map(([reference, id]) => [id, reference]));
    this.#stays = Map.groupBy(stays, ({ vehicleId }) => vehicleId);
  }

  static async load(db: TenantDb, rows: readonly RecordRow[]): Promise<ContractSlice> {
    const choices = await loadDraftChoices(db, rows.map(({ values }) => draftOf(values)));
    const vehicleIds = [...choices.vehicleIds.values()];
    await lockVehicles(db, vehicleIds);
    const versionIds = [...choices.versions.values()].flat().map(({ versionId }) => versionId);
    const [charges, stays] = await Promise.all([
      listChargeFacts(db, versionIds),
      listStaysOfVehicles(db, vehicleIds),
    ]);
    return new ContractSlice(choices, charges, stays);
  }

  read(values: RecordRow["values"]): NewRecord {
    const draft = draftOf(values);
    const { contract, stays } = readContract(resolveDraft(draft, this.#choices), this.#facts);
    const { ratePlanVersionId } = contract;
    const terms = readTermLines(values.terms ?? "", {
      ...contract,
      currency: parseCurrencyCode(this.#facts.currencies.get(ratePlanVersionId)!),
      charges: this.#charges.get(ratePlanVersionId)!,
      terms: [],
    });
    return {
      ...draft,
      ...contract,
      planVersion: this.#versionNumbers.get(contract.ratePlanVersionId)!,
      stays: stays.map(({ vehicleId, from, to }) => ({ vehicle: this.#vehicles.get(vehicleId)!, from, to })),
      terms,
      written: { contract, stays, terms },
    };
  }

  admit({ reference, written }: NewRecord): void {
    const stays = written?.stays ?? [];
    const existing = [...new Set(stays.map(({ vehicleId }) => vehicleId))]
      .flatMap((id) => this.#stays.get(id) ?? []);
    requireNoOverlap(stays, existing, this.#vehicles, "vehicles");
    for (const stay of stays) {
      const others = this.#stays.get(stay.vehicleId) ?? [];
      this.#stays.set(stay.vehicleId, [...others, { ...stay, contract: reference }]);
    }
  }
}

async function listThere(db: TenantDb, rows: readonly RecordRow[]): Promise<Map<string, NewRecord>> {
  const contracts = await listContractsByReference(db, rows.map(({ values }) => values.reference.trim()));
  const ids = contracts.map(({ id }) => id);
  const [stays, terms] = await Promise.all([listStaysOfContracts(db, ids), listTermsOfContracts(db, ids)]);
  const staysOf = Map.groupBy(stays, ({ contractId }) => contractId);
  const termsOf = Map.groupBy(terms, ({ contractId }) => contractId);
  return new Map(
    contracts.map((contract) => [
      contract.reference,
      recordOf(contract, staysOf.get(contract.id) ?? [], termsOf.get(contract.id) ?? []),
    ]),
  );
}

/** A contract that is there, as a file says it. */
export function recordOf(
  contract: Contract,
  stays: readonly NamedStay[],
  terms: readonly TermValues[],
): ContractRecord {
  const { customerReference, entityPrefix, planReference, version } = contract;
  return {
    ...contract,
    customer: customerReference,
    entity: entityPrefix,
    plan: planReference,
    planVersion: version,
    stays,
    terms,
  };
}

/** Adds the contracts that are new, with their vehicles. Throws `Conflict` where someone else adds one of them at the same moment. */
export const importContracts = defineCommand<RecordBatch, RecordBatchResult>({
  name: "contract.import",
  capability: "contracts.write",
  subject: ({ sha256 }) => ({ type: "contract_file", id: sha256 }),
  detail: describeBatch,
  run({ db, emit }, { rows }) {
    return takeRecords<NewRecord>(rows, {
      async prepare(slice): Promise<RecordRules<NewRecord>> {
        const [there, facts] = [await listThere(db, slice), await ContractSlice.load(db, slice)];
        return {
          noun: "contract",
          columns: contractColumns,
          columnOf,
          there,
          read: (values) => facts.read(values),
          admit: (record) => facts.admit(record),
        };
      },
      async add(records) {
        if (records.length === 0) return;
        const written = inOrder(records).flatMap((record) => record.written ?? []);
        const ids = await insertContracts(db, written.map(({ contract }) => contract));
        const idOf = (reference: string) => requireWritten(ids, reference);
        await insertStays(
          db,
          written.flatMap(({ contract, stays }) =>
            stays.map((stay) => ({ ...stay, contractId: idOf(contract.reference) }))
          ),
        );
        await insertTerms(
          db,
          written.flatMap(({ contract, terms }) =>
            terms.map((term) => ({ ...term, contractId: idOf(contract.reference) }))
          ),
        );
        for (const { reference } of records) emit("contract.created", idOf(reference), { reference });
      },
    });
  },
});

export const contractFile: RecordKind = {
  form: {
    noun: "contract",
    nouns: "contracts",
    file: "contracts",
    columns: contractColumns,
    repeats: ["customer_name", "entity_name", "currency", "vehicles_today"],
  },
  command: importContracts,
};
