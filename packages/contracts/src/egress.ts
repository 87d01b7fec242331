import { z } from "zod";
import { endpoint } from "./endpoint.ts";

/** A host by its exact name, or `*.example.org`: every name below it, but not `example.org` itself. */
const HOST =
  /^(?:\*\.(?=[^.]+\.[^.]))?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?::[1-9][0-9]{0,4})?$/;

/** A host that may be reached, in lower case and ASCII; with a port where it is not the protocol's own. */
export const HostPattern = z.string().trim().toLowerCase().max(253).regex(HOST, "must be a host such as api.example.org or *.example.org");

/** Hosts that a crew's agents may send to without asking. `*`: every public host. */
export const EgressHost = z.union([z.literal("*"), HostPattern]);

/** What every crew's own list must lie within. `deny` wins over `allow`, and over a person's approval. */
export const EgressRules = z
  .object({
    /** `null`: every public host. */
    allow: z.array(HostPattern).max(200).nullable(),
    deny: z.array(HostPattern).max(200),
    updatedBy: z.string().nullable(),
    updatedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: "EgressRules" });
export type EgressRules = z.infer<typeof EgressRules>;

export const UpdateEgressRules = z.strictObject({
  allow: z.array(HostPattern).max(200).nullable().default(null),
  deny: z.array(HostPattern).max(200).default([]),
});
export type UpdateEgressRules = z.infer<typeof UpdateEgressRules>;

export const egressEndpoints = {
  get: endpoint({
    method: "GET",
    path: "/v1/egress-rules",
    tag: "Security",
    summary: "Read which hosts the workspace's agents may reach at all",
    response: EgressRules,
    status: 200,
    needs: "security:read",
  }),
  update: endpoint({
    method: "PUT",
    path: "/v1/egress-rules",
    tag: "Security",
    summary: "Say which hosts the workspace's agents may reach at all; it counts for runs under way too",
    body: UpdateEgressRules,
    response: EgressRules,
    status: 200,
    needs: "security:write",
  }),
} as const;
