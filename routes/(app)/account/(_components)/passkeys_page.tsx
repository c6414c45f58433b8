/** The page of passkeys: what they are, the ones there are, and a button that adds one. */
import { ButtonLink } from "../../../../components/ui/button.tsx";
import { longDate } from "../../../../components/ui/date.tsx";
import { Empty } from "../../../../components/ui/empty.tsx";
import { ErrorSummary, type FormError } from "../../../../components/ui/error_summary.tsx";
import { TapLink } from "../../../../components/ui/link.tsx";
import { Notice } from "../../../../components/ui/notice.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { Section } from "../../../../components/ui/section.tsx";
import { Table } from "../../../../components/ui/table.tsx";
import type { Passkey } from "../../../../lib/auth/passkeys.ts";
import { PasskeyForm } from "../../../(_components)/passkey_form.tsx";
import { accountTrail } from "./two_step_page.tsx";

export const passkeysTitle = "Passkeys";
export const passkeysTrail = [...accountTrail, { label: passkeysTitle, href: "/account/passkeys" }];

export interface PasskeysProps {
  passkeys: Passkey[];
  /** Impossible where browsers have no passkeys for this address; a device is asked only once its owner has confirmed who they are. */
  adding: "possible" | "unconfirmed" | "impossible";
  errors: FormError[];
  done: string | null;
}

const notices: Record<string, string> = {
  named: "The passkey has its new name.",
  removed: "The passkey is removed. It signs nobody in any more. You can delete it on the device too.",
};

export function PasskeysPage({ passkeys, adding, errors, done }: PasskeysProps) {
  return (
    <>
      <PageHeader
        trail={accountTrail}
        title={passkeysTitle}
        state="With a passkey you sign in by your finger, your face or the PIN of your device. You type no password and no code."
      />
      <ErrorSummary errors={errors} before="the passkey is added" />
      {done && notices[done] && <Notice tone="good">{notices[done]}</Notice>}
      {passkeys.length === 0 ? <Empty sentence="No passkey yet." /> : <PasskeyTable passkeys={passkeys} />}
      <Section id="new-passkey" title="Add a passkey">
        {adding === "possible" && (
          <PasskeyForm kind="create" action="/account/passkeys" label="Add a passkey" />
        )}
        {adding === "unconfirmed" && (
          <ButtonLink icon="key" href="/confirm?next=/account/passkeys">
            Confirm that it is you, to add a passkey
          </ButtonLink>
        )}
        {adding === "impossible" && (
          <p class="max-w-prose">
            Passkeys work only at an https address with a name. Ask the person who runs this installation.
          </p>
        )}
      </Section>
    </>
  );
}

function PasskeyTable({ passkeys }: { passkeys: Passkey[] }) {
  return (
    <Table
      caption="Your passkeys, oldest first"
      captionHidden
      columns={[
        { label: "Name", cell: (row) => <TapLink href={`/account/passkeys/${row.id}`}>{row.name}</TapLink> },
        { label: "Added", cell: (row) => dayOf(row.createdAt) },
        { label: "Last used", cell: (row) => row.lastUsedAt ? dayOf(row.lastUsedAt) : "never" },
        {
          label: "Remove",
          hiddenLabel: true,
          cell: (row) => (
            <TapLink href={`/account/passkeys/${row.id}/remove`} about={row.name}>Remove</TapLink>
          ),
        },
      ]}
      rows={passkeys}
    />
  );
}

function dayOf(instant: Temporal.Instant): string {
  return longDate(instant.toZonedDateTimeISO("UTC").toPlainDate().toString());
}
