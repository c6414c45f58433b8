/** The body of the page of keys: what each may do, when it was used last, and a form for a new one. */
import type { ComponentChildren } from "preact";
import { Checkbox } from "../../../../components/ui/choice.tsx";
import { Empty } from "../../../../components/ui/empty.tsx";
import { errorAt, ErrorSummary, type FormError } from "../../../../components/ui/error_summary.tsx";
import { TextField } from "../../../../components/ui/field.tsx";
import { Form } from "../../../../components/ui/form.tsx";
import { TapLink } from "../../../../components/ui/link.tsx";
import { Notice } from "../../../../components/ui/notice.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { Section } from "../../../../components/ui/section.tsx";
import { Table } from "../../../../components/ui/table.tsx";

export interface ApiKeyRow {
  name: string;
  /** "mp_…3fQa". */
  secret: string;
  /** "Read, import usage". */
  rights: string;
  lastUsed: ComponentChildren;
  /** Left out for a key that was revoked. */
  revokeHref?: string;
}

export interface ApiKeysProps {
  keys: ApiKeyRow[];
  /** The secret of a key that was made just now; it is never shown again. */
  secret?: string;
  done?: string;
  errors: FormError[];
  values: { name: string; read: boolean; importUsage: boolean };
}

export function ApiKeysPage({ keys, secret, done, errors, values }: ApiKeysProps) {
  return (
    <>
      <PageHeader
        trail={[{ label: "Home", href: "/" }]}
        title="API keys"
        state="Another system sends its key with each request. It acts for your business, and can do what its key allows."
      />
      <ErrorSummary errors={errors} before="the key is made" />
      {done && <Notice tone="good">{done}</Notice>}
      {secret && (
        <Notice tone="good">
          <p class="mb-2">Copy the new key now. It is not shown again.</p>
          <p>
            <code class="font-mono break-all">{secret}</code>
          </p>
        </Notice>
      )}
      {keys.length === 0 ? <Empty sentence="No key yet." /> : <ApiKeyTable keys={keys} />}
      <Section id="new-key" title="Make a key">
        <Form action="/api-keys" submit="Make the key">
          <TextField
            id="name"
            label="Name of the system"
            help="It stands beside what the system did."
            example="Telematics import"
            value={values.name}
            error={errorAt(errors, "name")}
          />
          <fieldset class="mb-6">
            <legend class="font-semibold pb-1">What it may do</legend>
            {errorAt(errors, "capabilities") && (
              <p id="capabilities" tabIndex={-1} class="font-semibold text-bad">
                {errorAt(errors, "capabilities")}
              </p>
            )}
            <Checkbox id="read" label="Read, and preview prices" checked={values.read} />
            <Checkbox id="import-usage" name="import_usage" label="Send usage" checked={values.importUsage} />
          </fieldset>
        </Form>
      </Section>
    </>
  );
}

function ApiKeyTable({ keys }: { keys: ApiKeyRow[] }) {
  return (
    <Table
      caption="Keys, newest first"
      captionHidden
      columns={[
        { label: "System", cell: (row) => row.name },
        { label: "Key", cell: (row) => <code class="font-mono">{row.secret}</code> },
        { label: "May", cell: (row) => row.rights },
        { label: "Last used", cell: (row) => row.lastUsed },
        {
          label: "State",
          cell: (row) =>
            row.revokeHref
              ? <TapLink href={row.revokeHref}>{`Revoke the key of ${row.name}`}</TapLink>
              : "Revoked",
        },
      ]}
      rows={keys}
    />
  );
}
