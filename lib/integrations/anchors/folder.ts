/**
 * Anchors of the audit trail as files, `<folder>/<tenant>/<number>.json`, each written once. What makes them worth
 * something is that whoever owns the database cannot change the folder: a disk of another machine, or a mounted bucket.
 */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { AnchorPort } from "../port.ts";

export function anchorFolder(folder: string): AnchorPort {
  return {
    async keep(tenantId, name, text) {
      const own = join(folder, tenantId);
      await Deno.mkdir(own, { recursive: true });
      const path = join(own, name);
      const beside = `${path}.${randomBytes(6).toString("hex")}`;
      {
        using file = await Deno.open(beside, { createNew: true, write: true });
        await file.write(new TextEncoder().encode(text));
        await file.sync();
      }
      try {
        // A link is made whole or not at all, and never over a file that is there.
        await Deno.link(beside, path);
      } catch (error) {
        if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
      } finally {
        await Deno.remove(beside);
      }
      return await Deno.readTextFile(path);
    },
    async list(tenantId) {
      const own = join(folder, tenantId);
      const found: { name: string; text: string }[] = [];
      try {
        for await (const { name, isFile } of Deno.readDir(own)) {
          if (isFile && name.endsWith(".json")) {
            found.push({ name, text: await Deno.readTextFile(join(own, name)) });
          }
        }
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
      return found.sort((left, right) => left.name < right.name ? -1 : 1);
    },
  };
}
