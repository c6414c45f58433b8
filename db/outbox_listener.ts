/** Hears the announcements of new outbox rows (NOTIFY) from all processes, on a connection of its own. */
import postgres from "postgres";

export interface OutboxListener {
  close(): Promise<void>;
}

/**
 * Listens with the system role's URL. `onTenant` gets the tenant that has new rows, or null when some may have been missed: at the
 * start and after each lost connection, which is opened again by itself.
 */
export async function listenToOutbox(
  systemUrl: string,
  onTenant: (tenantId: string | null) => void,
): Promise<OutboxListener> {
  const sql = postgres(systemUrl, {
    max: 1,
    fetch_types: false,
    connection: { application_name: "milepost" },
  });
  try {
    await sql.listen("outbox", onTenant, () => onTenant(null));
  } catch (error) {
    await sql.end({ timeout: 1 });
    throw error;
  }
  return { close: () => sql.end({ timeout: 1 }) };
}
