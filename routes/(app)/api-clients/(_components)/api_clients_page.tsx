/** The body of the page of API clients: what each may do, when it asked last, and a form for a new one. */
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

export interface ApiClientRow {
  /** Left out for a client that was ended. */
  id?: string;
  name: string;
  clientId: string;
  /** "Read, send usage". */
  rights: string;
  lastUsed: ComponentChildren;
}

export interface ApiClientsProps {
  clients: ApiClientRow[];
  /** Where clients ask for tokens. */
  tokenAddress: string;
  /** Of a client that was made just now; the secret is never shown again. */
  made?: { clientId: string; secret: string };
  done?: string;
  errors: FormError[];
  values: { name: string; capabilities: readonly string[] };
}

export function ApiClientsPage({ clients, tokenAddress, made, done, errors, values }: ApiClientsProps) {
  return (
    <>
      <PageHeader
        trail={[{ label: "Home", href: "/" }]}
        title="API clients"
        state="A client is another system that gets an access token for 10 minutes, by OAuth 2, and sends it with each request."
      />
      <ErrorSummary errors={errors} before="the client is made" />
      {done && <Notice tone="good">{done}</Notice>}
      {made && (
        <>
          <NewSecret sentence="Copy the new secret now. It is not shown again." secret={made.secret} />
          <p class="mb-6 max-w-prose">
            The client id is <code class="font-mono break-all">{made.clientId}</code>. It stays in the list.
          </p>
        </>
      )}
      {clients.length === 0 ? <Empty sentence="No client yet." /> : <ApiClientTable clients={clients} />}
      <p class="my-6 max-w-prose">
        Clients ask at <code class="font-mono break-all">{tokenAddress}</code>{" "}
        with their id, their secret and the grant <code class="font-mono">client_credentials</code>.
      </p>
      <Section id="new-client" title="Make a client">
        <Form action="/api-clients" submit="Make the client">
          <TextField
            id="name"
            label="Name of the system"
            help="It stands beside what the system did."
            example="Charging stations"
            value={values.name}
            error={errorAt(errors, "name")}
          />
          <CapabilityChoice chosen={values.capabilities} error={errorAt(errors, "capabilities")} />
        </Form>
      </Section>
    </>
  );
}

function ApiClientTable({ clients }: { clients: ApiClientRow[] }) {
  return (
    <Table
      caption="Clients, newest first"
      captionHidden
      columns={[
        {
          label: "System",
          cell: ({ id, name }) => id ? <TapLink href={`/api-clients/${id}`}>{name}</TapLink> : name,
        },
        { label: "Client id", cell: (row) => <code class="font-mono break-all">{row.clientId}</code> },
        { label: "May", cell: (row) => row.rights },
        { label: "Last asked", cell: (row) => row.lastUsed },
        { label: "State", cell: ({ id }) => id ? "in use" : "ended" },
      ]}
      rows={clients}
    />
  );
}
