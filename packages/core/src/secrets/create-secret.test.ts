import { uuidFromTypeId } from "@crew/contracts/ids";
import { CreateSecret, MAX_SECRET_BYTES, UpdateSecret } from "@crew/contracts/secrets";
import { actingFor } from "@crew/core/access/acting-for";
import { createActor } from "@crew/testing/actors";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { readAudit } from "@crew/testing/traces";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createSecret } from "./create-secret.ts";
import { MAX_SEALS } from "./data-key-repository.ts";
import { deleteSecret } from "./delete-secret.ts";
import { listSecrets } from "./list-secrets.ts";
import { openSecretReferences, secretNamesIn } from "./open-secret-references.ts";
import { updateSecret } from "./update-secret.ts";

let system: TestSystem;
beforeAll(async () => {
  system = await openTestSystem();
});
afterAll(() => system[Symbol.asyncDispose]());

const VALUE = "a token of the CRM: 9f8e7d6c5b4a";
const input = (over: object = {}) => CreateSecret.parse({ name: "CRM_TOKEN", value: VALUE, ...over });

async function start() {
  const ctx = actingFor(system, await createActor(system));
  const workspaceUuid = uuidFromTypeId(ctx.actor.workspaceId);
  const use = (texts: Record<string, string>) => openSecretReferences(ctx, ctx.actor.workspaceId, texts);
  return { ctx, workspaceUuid, use };
}

test("T-12 a secret can be used and not be read: lists tell its name, last four characters and version [ASVS 13.3.1]", async () => {
  const { ctx, use } = await start();
  const secret = await createSecret(ctx, input({ description: "For the CRM" }));
  expect(secret).toMatchObject({ name: "CRM_TOKEN", description: "For the CRM", lastFour: "5b4a", version: 1, updatedBy: "Ada" });
  expect(await listSecrets(ctx)).toEqual({ data: [secret] });
  expect(await use({ authorization: "Bearer {{secret:CRM_TOKEN}}", accept: "*/*" })).toEqual({
    authorization: `Bearer ${VALUE}`,
    accept: "*/*",
  });
  const dump = { name: "test_dump_secret", text: "SELECT row_to_json(s)::text AS row FROM secrets s WHERE id = $1" };
  const [row] = await system.statements.run<{ row: string }>(dump, [uuidFromTypeId(secret.id)]);
  for (const text of [row?.row, JSON.stringify(await listSecrets(ctx)), JSON.stringify(await readAudit(system, ctx.actor.workspaceId))])
    expect(text).not.toContain(VALUE);
});

test("a new value counts with the next use; a description alone leaves the value and its version", async () => {
  const { ctx, use } = await start();
  const { id } = await createSecret(ctx, input());
  expect(await updateSecret(ctx, id, { value: "short" })).toMatchObject({ version: 2, lastFour: null });
  expect(await updateSecret(ctx, id, { description: "new words" })).toMatchObject({ version: 2, description: "new words" });
  expect(await use({ a: "{{secret:CRM_TOKEN}}{{secret:CRM_TOKEN}}" })).toEqual({ a: "shortshort" });
  await deleteSecret(ctx, id);
  await expect(use({ a: "{{secret:CRM_TOKEN}}" })).rejects.toMatchObject({
    code: "invalid",
    message: expect.stringContaining("CRM_TOKEN"),
  });
  expect(await readAudit(system, ctx.actor.workspaceId)).toMatchObject([
    { action: "secret.created", subject: id, detail: { name: "CRM_TOKEN" } },
    { action: "secret.updated", detail: { version: 2, fields: ["value"] } },
    { action: "secret.updated", detail: { version: 2, fields: ["description"] } },
    { action: "secret.deleted", subject: id },
  ]);
});

test("T-12 a sealed value opens neither in another row nor in another workspace, nor does an earlier value come back", async () => {
  const { ctx, workspaceUuid, use } = await start();
  const { id } = await createSecret(ctx, input());
  await createSecret(ctx, input({ name: "OTHER", value: "another value" }));
  const earlier = (await system.pool.query("SELECT value_sealed FROM secrets WHERE id = $1", [uuidFromTypeId(id)])).rows[0].value_sealed;
  await updateSecret(ctx, id, { value: "the value that counts" });
  const put = (sealed: string) => system.pool.query("UPDATE secrets SET value_sealed = $2 WHERE id = $1", [uuidFromTypeId(id), sealed]);
  await put(earlier);
  await expect(use({ a: "{{secret:CRM_TOKEN}}" })).rejects.toThrow("does not belong here");
  await system.pool.query(
    "UPDATE secrets s SET value_sealed = o.value_sealed FROM secrets o WHERE s.id = $1 AND o.name = 'OTHER' AND o.workspace_id = $2",
    [uuidFromTypeId(id), workspaceUuid],
  );
  await expect(use({ a: "{{secret:CRM_TOKEN}}" })).rejects.toThrow("does not belong here");

  const thief = await start();
  await createSecret(thief.ctx, input({ value: "the thief's own" }));
  // With the victim's data key beside it, as one who can write to the database would do it.
  await system.pool.query(
    `INSERT INTO data_keys SELECT $2, key_id, wrapped_key, seals, created_at FROM data_keys WHERE workspace_id = $1`,
    [workspaceUuid, thief.workspaceUuid],
  );
  await system.pool.query(
    "UPDATE secrets t SET value_sealed = o.value_sealed FROM secrets o WHERE t.workspace_id = $2 AND o.name = 'OTHER' AND o.workspace_id = $1",
    [workspaceUuid, thief.workspaceUuid],
  );
  await expect(thief.use({ a: "{{secret:CRM_TOKEN}}" })).rejects.toThrow("does not belong here");
});

test("T-12 a data key that has sealed 2^30 values seals no more: the next one takes over, and both open [ASVS 11.3.4]", async () => {
  const { ctx, workspaceUuid, use } = await start();
  await createSecret(ctx, input());
  const keys = () => system.pool.query("SELECT key_id, seals FROM data_keys WHERE workspace_id = $1 ORDER BY created_at", [workspaceUuid]);
  expect((await keys()).rows).toMatchObject([{ seals: "1" }]);
  await system.pool.query("UPDATE data_keys SET seals = $2 WHERE workspace_id = $1", [workspaceUuid, MAX_SEALS - 1]);
  await createSecret(ctx, input({ name: "LAST", value: "the last of the first key" }));
  await createSecret(ctx, input({ name: "NEXT", value: "the first of the next key" }));
  expect((await keys()).rows).toMatchObject([{ seals: String(MAX_SEALS) }, { seals: "1" }]);
  expect(await use({ a: "{{secret:LAST}} {{secret:NEXT}}" })).toEqual({ a: "the last of the first key the first of the next key" });
});

test("refuses a name that is taken, more than two hundred, and who may not [ASVS 13.3.2]", async () => {
  const { ctx, workspaceUuid } = await start();
  const { id } = await createSecret(ctx, input());
  await expect(createSecret(ctx, input())).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("CRM_TOKEN") });
  await system.pool.query(
    `INSERT INTO secrets SELECT gen_random_uuid(), workspace_id, 'S' || n, '', value_sealed, NULL, 1, now(), now(), 'Ada'
     FROM secrets, generate_series(1, 198) n WHERE workspace_id = $1`,
    [workspaceUuid],
  );
  const last = await Promise.allSettled(["A", "B", "C"].map((name) => createSecret(ctx, input({ name }))));
  expect(last.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(last.find(({ status }) => status === "rejected")).toMatchObject({ reason: { code: "conflict" } });

  const builder = actingFor(system, await createActor(system, { role: "builder", workspaceId: ctx.actor.workspaceId }));
  expect((await listSecrets(builder)).data).toHaveLength(200);
  await expect(createSecret(builder, input())).rejects.toMatchObject({ code: "forbidden" });
  await expect(updateSecret(builder, id, { value: "x" })).rejects.toMatchObject({ code: "forbidden" });
  await expect(deleteSecret(builder, id)).rejects.toMatchObject({ code: "forbidden" });
  const stranger = (await start()).ctx;
  await expect(updateSecret(stranger, id, { value: "x" })).rejects.toMatchObject({ code: "not_found" });
  await expect(deleteSecret(stranger, id)).rejects.toMatchObject({ code: "not_found" });
});

test("references are read once: a value that looks like one, or like a pattern, stays what it is", async () => {
  const { ctx, use } = await start();
  await createSecret(ctx, input({ name: "ODD", value: "$& {{secret:OTHER}} $1" }));
  await createSecret(ctx, input({ name: "OTHER", value: "never shown" }));
  expect(await use({ a: "<{{secret:ODD}}>" })).toEqual({ a: "<$& {{secret:OTHER}} $1>" });
  expect(await use({ a: "{{secret:lower}} {{ secret:ODD }} {secret:ODD}" })).toEqual({
    a: "{{secret:lower}} {{ secret:ODD }} {secret:ODD}",
  });
  expect(secretNamesIn("{{secret:A}}{{secret:B_2}}{{secret:A}}")).toEqual(["A", "B_2"]);
});

test("names are capitals, values have at most 16 KiB of UTF-8, and nothing else is taken", () => {
  for (const name of ["lower", "1A", "A-B", "", "A".repeat(65)]) expect(CreateSecret.safeParse({ name, value: "x" }).success).toBe(false);
  expect(CreateSecret.safeParse({ name: "A", value: "ä".repeat(MAX_SECRET_BYTES / 2) }).success).toBe(true);
  expect(CreateSecret.safeParse({ name: "A", value: `${"ä".repeat(MAX_SECRET_BYTES / 2)}a` }).success).toBe(false);
  expect(UpdateSecret.safeParse({ name: "B" }).success).toBe(false);
});
