/** What was written to customers, and the names and addresses on documents, encrypted under the tenant's key. */

/** Frozen: a later change of these tables is a later migration. */
export const statements: string = `
-- JSON of recipient, subject, text and HTML; those columns are null beside it
alter table message add column content_encrypted bytea;
alter table message alter column recipient drop not null, alter column subject drop not null,
  alter column body_text drop not null, alter column body_html drop not null;
alter table message add check (num_nonnulls(recipient, subject, body_text, body_html) =
  case when content_encrypted is null then 4 else 0 end);
create index message_in_clear on message (tenant_id, id) where content_encrypted is null;

-- the file as a JSON text
alter table message_attachment add column content_encrypted bytea;
alter table message_attachment alter column content drop not null;
alter table message_attachment add check (num_nonnulls(content, content_encrypted) = 1);
create index message_attachment_in_clear on message_attachment (tenant_id, message_id, position)
  where content_encrypted is null;

-- JSON of name, e-mail and address lines; the rest of the buyer stays in clear, because tax is looked up by it
alter table invoice_document add column buyer_encrypted bytea;
alter table invoice_document add check (buyer_encrypted is null or not buyer ?| '{name,email,addressLines}');
create index invoice_document_in_clear on invoice_document (tenant_id, invoice_id)
  where buyer_encrypted is null and buyer ? 'name' and buyer ->> 'reference' <> '';
alter table credit_note_document add column buyer_encrypted bytea;
alter table credit_note_document add check (buyer_encrypted is null or not buyer ?| '{name,email,addressLines}');
create index credit_note_document_in_clear on credit_note_document (tenant_id, credit_note_id)
  where buyer_encrypted is null and buyer ? 'name' and buyer ->> 'reference' <> '';
`;
