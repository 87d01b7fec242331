import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { CrewId, UserId } from "./ids.ts";
import { PageQuery, pageOf } from "./page.ts";

/** What somebody may do with one crew beside what their role allows them with all. */
export const CrewPermission = z.enum(["run", "edit", "see_traces", "approve"]);
export type CrewPermission = z.infer<typeof CrewPermission>;

export const CrewGrant = z
  .object({
    userId: UserId,
    name: z.string(),
    email: z.string().nullable(),
    permissions: z.array(CrewPermission),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: "CrewGrant" });
export type CrewGrant = z.infer<typeof CrewGrant>;

export const SetCrewGrant = z
  .strictObject({ permissions: z.array(CrewPermission).min(1).max(CrewPermission.options.length) })
  .meta({ id: "SetCrewGrant" });
export type SetCrewGrant = z.infer<typeof SetCrewGrant>;

const crewParams = z.strictObject({ crewId: CrewId });
const grantParams = z.strictObject({ crewId: CrewId, userId: UserId });

export const crewGrantEndpoints = {
  list: endpoint({
    method: "GET",
    path: "/v1/crews/:crewId/grants",
    tag: "Crews",
    summary: "List who may do more with this crew than their role says",
    params: crewParams,
    query: PageQuery,
    response: pageOf(CrewGrant),
    status: 200,
    needs: "crews:grant",
  }),
  set: endpoint({
    method: "PUT",
    path: "/v1/crews/:crewId/grants/:userId",
    tag: "Crews",
    summary: "Let a member run, edit, see the traces of or approve for this crew",
    params: grantParams,
    body: SetCrewGrant,
    response: CrewGrant,
    status: 200,
    needs: "crews:grant",
  }),
  remove: endpoint({
    method: "DELETE",
    path: "/v1/crews/:crewId/grants/:userId",
    tag: "Crews",
    summary: "Take back what a member was granted on this crew",
    params: grantParams,
    response: z.null(),
    status: 204,
    needs: "crews:grant",
  }),
} as const;
