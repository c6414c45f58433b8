/** One entry of the audit trail: what it says, and the seal that binds it to the one before. */
import type { ComponentChildren } from "preact";
import { page } from "fresh";
import { Moment } from "../../../../components/ui/date.tsx";
import { Facts } from "../../../../components/ui/facts.tsx";
import { TapLink } from "../../../../components/ui/link.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { Section } from "../../../../components/ui/section.tsx";
import { withTenant } from "../../../../db/tenant.ts";
import { define, signedIn } from "../../../../define.ts";
import { findAuditDetail } from "../../../../lib/audit/views.ts";
import { requireCapability } from "../../../../lib/auth/policy.ts";
import { homeZone } from "../../../../lib/tenants/views.ts";
import { wordsFor } from "../../(_components)/activity_words.tsx";
import { subjectHref } from "../../(_components)/command_words.ts";
import { listHref } from "../../(_components)/list_pages.ts";
import { actorName, Missing } from "../../invoices/(_components)/invoice_words.tsx";

export const handler = define.handlers({
  async GET(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    requireCapability(session.actor, "audit.read");
    const [entry, zone] = await withTenant(
      ctx.state.environment.database,
      tenantId,
      (db) => Promise.all([findAuditDetail(db, ctx.params.id), homeZone(db)]),
      { readOnly: true },
    );
    const { verb, what } = wordsFor(entry);
    const who = actorName(entry.actor, entry.actorName);
    const sentence = `${who.charAt(0).toUpperCase()}${who.slice(1)} ${verb} ${what}`;
    ctx.state.title = { page: sentence, section: "Audit trail" };
    return page({ entry, zone, sentence });
  },
});

export default define.page<typeof handler>(({ data: { entry, zone, sentence } }) => {
  const href = subjectHref(entry.subjectType, entry.subjectId);
  const noun = entry.subjectType.replaceAll("_", " ");
  return (
    <>
      <PageHeader
        trail={[{ label: "Home", href: "/" }, { label: "Audit trail", href: "/audit" }]}
        title={sentence}
        state={<Moment instant={String(entry.at)} zone={zone} thisYear={0} />}
      />
      <Facts
        facts={[
          { label: "Command", value: <Code>{entry.command}</Code> },
          { label: "Actor", value: <Code>{entry.actor}</Code> },
          { label: "About", value: <Code>{`${noun} ${entry.subjectId}`}</Code> },
        ]}
      />
      <p class="flex flex-wrap gap-x-6 py-2">
        {href && <TapLink href={href}>{`Open the ${noun}`}</TapLink>}
        <TapLink href={listHref("/audit", { about: entry.subjectId })}>See all that was done to it</TapLink>
      </p>
      <Section id="detail" title="What was kept of it">
        <pre class="whitespace-pre-wrap break-words text-label">{JSON.stringify(entry.detail, null, 2)}</pre>
      </Section>
      <Section id="seal" title="Its seal">
        <p class="max-w-prose mb-3">
          The seal is a hash of this entry and of the seal before it. So nobody can change, add or remove an
          entry without breaking all seals after it.
        </p>
        <dl class="grid gap-3">
          <Line label="Number">
            {entry.sequence === null
              ? <Missing>not sealed yet: this takes a few seconds</Missing>
              : String(entry.sequence)}
          </Line>
          <Line label="Seal">
            {entry.hash ? <Code>{entry.hash.toHex()}</Code> : <Missing>none yet</Missing>}
          </Line>
          <Line label="Seal before it">
            {entry.previousHash ? <Code>{entry.previousHash.toHex()}</Code> : <Missing>none yet</Missing>}
          </Line>
          <Line label="Id of the entry">
            <Code>{entry.id}</Code>
          </Line>
        </dl>
      </Section>
    </>
  );
});

/** Breaks anywhere, so that a hash fits the narrowest screen. */
function Code({ children }: { children: ComponentChildren }) {
  return <code class="font-mono break-all">{children}</code>;
}

function Line({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <div>
      <dt class="text-label text-ink-2">{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
