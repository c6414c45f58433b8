/** The body of the page of keys: what each may do, when it was used last, until when it works, and a form for a new one. */
import type { ComponentChildren } from "preact";
import { Empty } from "../../../../components/ui/empty.tsx";
import { errorAt, ErrorSummary, type FormError } from "../../../../components/ui/error_summary.tsx";
import { TextField } from "../../../../components/ui/field.tsx";
import { Form } from "../../../../components/ui/form.tsx";
import { TapLink } from "../../../../components/ui/link.tsx";
import { Notice } from "../../../../components/ui/notice.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { Section } from "../../../../components/ui/section.tsx";
import { Table } from "../../../../components/ui/table.tsx";
import { CapabilityChoice } from "../../(_components)/capability_choice.tsx";
import { NewSecret } from "../../(_components)/new_secret.tsx";

export interface ApiKeyRow {
  /** Left out for a key that has ended. */
  id?: string;
  name: string;
  /** "mp_AZqG1rkW…3fQa". */
  secret: string;
  /** "Read, import usage". */
  rights: string;
  lastUsed: ComponentChildren;
  /** A day, "no end", "revoked" or "ended". */
  until: ComponentChildren;
}

export interface ApiKeysProps {
  keys: ApiKeyRow[];
  /** The secret of a key that was made just now; it is never shown again. */
  secret?: string;
  done?: string;
  errors: FormError[];
  values: { name: string; capabilities: readonly string[]; lastDay: string };
  /** A last day as it may be typed. */
  example: string;
}

export function ApiKeysPage({ keys, secret, done, errors, values, example }: ApiKeysProps) {
  return (
    <>
      <PageHeader
        trail={[{ label: "Home", href: "/" }]}
        title="API keys"
        state="Another system sends its key with each request. It acts for your business, and can do what its key allows."
      />
      <ErrorSummary errors={errors} before="the key is made" />
      {done && <Notice tone="good">{done}</Notice>}
      {secret && <NewSecret sentence="Copy the new key now. It is not shown again." secret={secret} />}
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
          <CapabilityChoice chosen={values.capabilities} error={errorAt(errors, "capabilities")} />
          <TextField
            id="last_day"
            label="Last day"
            help="The key works to the end of this day (UTC). Without one it works until you revoke it."
            example={example}
            optional
            type="date"
            short
            value={values.lastDay}
            error={errorAt(errors, "last_day")}
          />
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
        { label: "Key", cell: (row) => <code class="font-mono break-all">{row.secret}</code> },
        { label: "May", cell: (row) => row.rights },
        { label: "Last used", cell: (row) => row.lastUsed },
        { label: "Works until", cell: (row) => row.until },
        {
          label: "Change over",
          cell: ({ id, name, secret }) =>
            id
              ? (
                <TapLink href={`/api-keys/${id}/successor`} about={`for the key of ${name}, ${secret}`}>
                  Make a successor
                </TapLink>
              )
              : "none",
        },
        {
          label: "End",
          cell: ({ id, name, secret }) =>
            id
              ? (
                <TapLink href={`/api-keys/${id}/revoke`} about={`the key of ${name}, ${secret}`}>
                  Revoke
                </TapLink>
              )
              : "none",
        },
      ]}
      rows={keys}
    />
  );
}
