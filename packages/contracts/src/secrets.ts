import { z } from "zod";
import { HostPattern } from "./egress.ts";
import { endpoint } from "./endpoint.ts";
import { SecretId } from "./ids.ts";
import { listOf } from "./page.ts";

export const MAX_SECRETS = 200;
export const MAX_SECRET_BYTES = 16 * 1024;

/** As it stands in a reference: `{{secret:NAME}}`. */
export const SecretName = z
  .string()
  .max(64)
  .regex(/^[A-Z][A-Z0-9_]*$/, "must be capital letters, digits and underscores, and begin with a letter");

/** What may be told of a secret; its value can be replaced and used, never read. */
export const Secret = z
  .object({
    id: SecretId,
    name: SecretName,
    description: z.string().trim().max(500),
    /** Hosts that agents' tools may send it to. Empty: to none; whoever may only use a secret must not be able to have it sent to themselves. */
    hosts: z.array(HostPattern).max(20),
    /** Null where the value is so short that four characters would tell too much. */
    lastFour: z.string().nullable(),
    /** Grows with each new value. */
    version: z.int(),
    updatedAt: z.iso.datetime(),
    /** Name of who gave the value last. */
    updatedBy: z.string(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: "Secret" });
export type Secret = z.infer<typeof Secret>;

const value = z
  .string()
  .min(1)
  .max(MAX_SECRET_BYTES)
  .refine((text) => new TextEncoder().encode(text).length <= MAX_SECRET_BYTES, `must have at most ${MAX_SECRET_BYTES} bytes`);

export const CreateSecret = z
  .strictObject({ name: SecretName, value, description: Secret.shape.description.default(""), hosts: Secret.shape.hosts.default([]) })
  .meta({ id: "CreateSecret" });
export type CreateSecret = z.infer<typeof CreateSecret>;

export const UpdateSecret = z
  .strictObject({
    /** Absent: stays as it is. */
    value: value.optional(),
    description: Secret.shape.description.optional(),
    /** A host that is new here needs the value again. */
    hosts: Secret.shape.hosts.optional(),
  })
  .meta({ id: "UpdateSecret" });
export type UpdateSecret = z.infer<typeof UpdateSecret>;

const secretParams = z.strictObject({ secretId: SecretId });

export const secretEndpoints = {
  list: endpoint({
    method: "GET",
    path: "/v1/secrets",
    tag: "Secrets",
    summary: "List the workspace's secrets, without their values",
    response: listOf(Secret),
    needs: "secrets:read",
    status: 200,
  }),
  create: endpoint({
    method: "POST",
    path: "/v1/secrets",
    tag: "Secrets",
    summary: "Keep a secret; its value cannot be read again",
    body: CreateSecret,
    response: Secret,
    needs: "secrets:write",
    status: 201,
  }),
  update: endpoint({
    method: "PUT",
    path: "/v1/secrets/:secretId",
    tag: "Secrets",
    summary: "Replace a secret's value or description",
    params: secretParams,
    body: UpdateSecret,
    response: Secret,
    needs: "secrets:write",
    status: 200,
  }),
  delete: endpoint({
    method: "DELETE",
    path: "/v1/secrets/:secretId",
    tag: "Secrets",
    summary: "Delete a secret",
    params: secretParams,
    response: z.null(),
    needs: "secrets:write",
    status: 204,
  }),
} as const;
