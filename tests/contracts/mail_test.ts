/** A process with a mail server in its settings delivers what is sent, by itself. */
import assert from "node:assert/strict";
import { findOrInsertUser } from "../../db/queries/user.ts";
import { withSystem } from "../../db/system.ts";
import { requestLinkMail } from "../../lib/auth/account_mail.ts";
import { execute } from "../../lib/core/command.ts";
import { loadConfig } from "../../lib/core/config.ts";
import { sendInvoice } from "../../lib/notifications/commands.ts";
import { openProcess } from "../../process.ts";
import { insertTestBusiness } from "../support/billing.ts";
import { testActor, until } from "../support/command.ts";
import { testDatabase } from "../support/database.ts";
import { issueTestInvoices } from "../support/issued_invoices.ts";
import { startSmtpServer } from "../support/smtp_server.ts";

Deno.test(
  {
    name: "an invoice that is sent and a link that is asked for reach the mail server of the settings",
    sanitizeOps: false,
  },
  async () => {
    const { database, appUrl, systemUrl, drop } = await testDatabase();
    const mail = startSmtpServer();
    try {
      const running = await openProcess(loadConfig({
        DATABASE_URL: appUrl,
        DATABASE_SYSTEM_URL: systemUrl,
        MILEPOST_QUEUE_PATH: ":memory:",
        MILEPOST_SMTP_URL: mail.url,
        MILEPOST_MAIL_FROM: "billing@calder.example",
      }));
      try {
        const business = await insertTestBusiness(database);
        const { environment } = running;
        const { invoices: [{ id }] } = await issueTestInvoices(environment, business, {
          reference: "K-1",
          months: 1,
          email: "accounts@brightwater.example",
        });
        const asker = { tenantId: business.tenantId, actor: testActor() };
        const { messageId } = await execute(environment, sendInvoice, asker, { invoiceId: id });
        await until(() => mail.accepted.length > 0);
        assert.deepEqual(mail.accepted[0].to, ["accounts@brightwater.example"]);
        assert.ok(mail.accepted[0].source.includes(`<${messageId}@calder.example>`));
        const origin = "https://billing.calder.example";
        await withSystem(
          database,
          (db) => findOrInsertUser(db, { email: "amira@calder.example", name: "Amira" }),
        );
        const asked = {
          email: "amira@calder.example",
          purpose: "sign_in",
          address: "192.0.2.1",
          origin,
        } as const;
        await requestLinkMail(environment, asked);
        await until(() => mail.accepted.length > 1);
        assert.deepEqual(mail.accepted[1].to, ["amira@calder.example"]);
      } finally {
        await running.close();
      }
    } finally {
      await mail.stop();
      await drop();
    }
  },
);
