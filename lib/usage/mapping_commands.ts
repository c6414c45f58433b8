/** Commands of mappings made by hand: a file that waits is read by one, and one that is kept is changed or removed. */
import { actorKey } from "../core/actor.ts";
import { type CommandContext, defineCommand } from "../core/command.ts";
import { milepostError, refuseField } from "../core/errors.ts";
import { isId } from "../core/ids.ts";
import { readAll, readText } from "../core/input.ts";
import {
  type ChoosableColumns,
  type ColumnChoice,
  type MappingTerms,
  readColumnChoice,
} from "../imports/column_choice.ts";
import { byHand, savedMappings, takenNames } from "../imports/saved_mappings.ts";
import { deleteUsageFileParts } from "../../db/queries/usage_file_part.ts";
import {
  lockUsageImport,
  setUsageImportFinished,
  setUsageImportMapped,
} from "../../db/queries/usage_import.ts";
import { insertUsageMapping, setUsageMappingRetired } from "../../db/queries/usage_mapping.ts";
import type { TenantDb } from "../../db/tenant.ts";
import { chooseMapping, requireOwnMapping } from "./mappings.ts";
import { readingKind } from "./reading.ts";
import { lookAtUpload } from "./waiting_file.ts";

const longestName = 60;

export type HandMappedImport = {
  usageImportId: string;
  delimiter: string;
  choice: ColumnChoice;
  /** Keeps the mapping to be chosen again; "" keeps it for this import alone. */
  name: string;
};

/** Lets a file that waits be read by what was chosen for its columns. Throws `InvalidInput`, `AlreadyExists` (name), `IllegalTransition`. */
export const mapUsageImport = defineCommand<HandMappedImport, { usageImportId: string }>({
  name: "usage_import.map",
  capability: "usage.import",
  subject: ({ usageImportId }) => ({ type: "usage_import", id: usageImportId }),
  async run(context, { usageImportId, delimiter, choice, name }) {
    const fileName = await lockWaiting(context.db, usageImportId);
    const { look } = await lookAtUpload(context.db, usageImportId, delimiter);
    const { terms, kept } = readMapping(choice, look, name);
    const usageMappingId = await insertMapping(context, kept, terms, look.columns);
    const mapped = { source: terms.source, mapping: kept ?? byHand, usageMappingId, fileName };
    await startReading(context, usageImportId, mapped);
    return { usageImportId };
  },
});

/** Lets a file that waits be read by a mapping that there is. Throws `InvalidInput`, `IllegalTransition`. */
export const chooseMappingOfImport = defineCommand<
  { usageImportId: string; mapping: string },
  { usageImportId: string }
>({
  name: "usage_import.choose_mapping",
  capability: "usage.import",
  subject: ({ usageImportId }) => ({ type: "usage_import", id: usageImportId }),
  async run(context, { usageImportId, mapping: name }) {
    const fileName = await lockWaiting(context.db, usageImportId);
    const { mapping, usageMappingId = null } = await chooseMapping(context.db, name);
    const mapped = { source: mapping.source, mapping: mapping.name, usageMappingId, fileName };
    await startReading(context, usageImportId, mapped);
    return { usageImportId };
  },
});

/** Lets go of a file that waits, unread. */
export const discardUpload = defineCommand<{ usageImportId: string }, { usageImportId: string }>({
  name: "usage_import.discard",
  capability: "usage.import",
  subject: ({ usageImportId }) => ({ type: "usage_import", id: usageImportId }),
  async run({ db, emit }, { usageImportId }) {
    await lockWaiting(db, usageImportId);
    await setUsageImportFinished(
      db,
      usageImportId,
      "The file was deleted before it was read. Nothing was saved.",
      0,
    );
    await deleteUsageFileParts(db, usageImportId);
    emit("usage_import.finished", usageImportId, { state: "failed", rows: 0 });
    return { usageImportId };
  },
});

/** Holds the import until the end of the transaction, and gives the name of its file. */
async function lockWaiting(db: TenantDb, usageImportId: string): Promise<string> {
  const locked = isId(usageImportId) ? await lockUsageImport(db, usageImportId) : undefined;
  if (!locked) {
    throw milepostError("NotFound", { message: "This import does not exist. Upload the file again." });
  }
  if (locked.state === "waiting") return locked.fileName;
  throw milepostError("IllegalTransition", {
    message: locked.state === "failed"
      ? "This file is no longer there. Upload it again."
      : "The columns of this file were chosen before, and it is read as they say.",
  });
}

async function startReading(
  { db, enqueue, emit }: CommandContext,
  usageImportId: string,
  { fileName, ...mapped }: {
    fileName: string;
    source: string;
    mapping: string;
    usageMappingId: string | null;
  },
): Promise<void> {
  await setUsageImportMapped(db, usageImportId, mapped);
  await enqueue(readingKind, { usageImportId }, { uniqueKey: usageImportId });
  emit("usage_import.started", usageImportId, { fileName });
}

export type ChangedMapping = {
  usageMappingId: string;
  choice: ColumnChoice;
  name: string;
};

/**
 * Offers other terms, or another name, from now on; imports keep the mapping that they were read by. Throws
 * `InvalidInput`, `AlreadyExists` (name), and `NotFound` where someone else changed it first.
 */
export const changeUsageMapping = defineCommand<ChangedMapping, { usageMappingId: string }>({
  name: "usage_mapping.change",
  capability: "usage.import",
  subject: (_input, { usageMappingId }) => ({ type: "usage_mapping", id: usageMappingId }),
  async run(context, { usageMappingId, choice, name }) {
    const { columns, terms: { form = "csv", delimiter = "," } } = await requireOwnMapping(
      context.db,
      usageMappingId,
    );
    const { terms, kept } = readMapping(choice, { columns, form, delimiter }, name);
    await retire(context, usageMappingId);
    if (kept === null) return refuseField("name", name, "Give the mapping a name.", "Telematics");
    return { usageMappingId: await insertMapping(context, kept, terms, columns) };
  },
});

/** Offers a mapping no longer; imports keep naming it. Throws `NotFound`. */
export const removeUsageMapping = defineCommand<{ usageMappingId: string }, { usageMappingId: string }>({
  name: "usage_mapping.remove",
  capability: "usage.import",
  subject: ({ usageMappingId }) => ({ type: "usage_mapping", id: usageMappingId }),
  async run(context, { usageMappingId }) {
    await requireOwnMapping(context.db, usageMappingId);
    await retire(context, usageMappingId);
    return { usageMappingId };
  },
});

async function retire({ db, now }: CommandContext, usageMappingId: string): Promise<void> {
  if (await setUsageMappingRetired(db, usageMappingId, now)) return;
  throw milepostError("Conflict", {
    message: "Someone else changed this mapping at the same moment. Look at it again.",
  });
}

function readMapping(
  choice: ColumnChoice,
  file: ChoosableColumns,
  name: string,
): { terms: MappingTerms; kept: string | null } {
  return readAll({
    terms: () => readColumnChoice(choice, file),
    kept: () => name.trim() === "" ? null : readName(name),
  });
}

function readName(value: string): string {
  const name = readText("name", value, "Telematics", longestName);
  const taken = [...savedMappings.map((mapping) => mapping.name), ...takenNames];
  if (taken.includes(name.toLowerCase())) throw nameTaken(name);
  if (name.startsWith("-")) {
    refuseField("name", value, "Begin the name with a letter or a digit.", "Telematics");
  }
  return name;
}

async function insertMapping(
  { db, actor, now }: CommandContext,
  name: string | null,
  terms: MappingTerms,
  columns: readonly string[],
): Promise<string> {
  const id = await insertUsageMapping(db, { name, terms, columns, actor: actorKey(actor), now });
  if (id === undefined) throw nameTaken(name ?? "");
  return id;
}

function nameTaken(name: string): Error {
  const rule = `There is a mapping with the name ${name} already. Choose another name.`;
  return milepostError("AlreadyExists", {
    message: rule,
    fields: [{ field: "name", value: name, rule, example: "Telematics" }],
  });
}
