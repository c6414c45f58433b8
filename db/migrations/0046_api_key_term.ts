/** A key of a program may have an end, and be the successor of another, so that secrets can change without a pause. */

/** Frozen: a later change of this table is a later migration. */
export const statements: string = `
alter table api_key
  add column expires_at timestamptz,
  add column replaces_id uuid,
  add foreign key (tenant_id, replaces_id) references api_key (tenant_id, id);
grant update (expires_at) on api_key to milepost_app;
`;
