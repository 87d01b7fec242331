import { crewGrantEndpoints } from "@crew/contracts/crew-grants";
import { crewEndpoints } from "@crew/contracts/crews";
import { listCrewGrants } from "@crew/core/crew-grants/list-crew-grants";
import { removeCrewGrant } from "@crew/core/crew-grants/remove-crew-grant";
import { setCrewGrant } from "@crew/core/crew-grants/set-crew-grant";
import { createCrew } from "@crew/core/crews/create-crew";
import { deleteCrew } from "@crew/core/crews/delete-crew";
import { getCrew } from "@crew/core/crews/get-crew";
import { listCrewVersions } from "@crew/core/crews/list-crew-versions";
import { listCrews } from "@crew/core/crews/list-crews";
import { signOffCrew } from "@crew/core/crews/sign-off-crew";
import { updateCrew } from "@crew/core/crews/update-crew";
import type { RegisterRoute } from "../route.ts";

export function crewRoutes(route: RegisterRoute): void {
  route(crewEndpoints.list, (ctx, { query }) => listCrews(ctx, query));
  route(crewEndpoints.get, (ctx, { params }) => getCrew(ctx, params.crewId));
  route(crewEndpoints.create, (ctx, { body }) => createCrew(ctx, body));
  route(crewEndpoints.update, (ctx, { params, body, ifMatch }) => updateCrew(ctx, params.crewId, body, { ifMatch }));
  route(crewEndpoints.delete, (ctx, { params }) => deleteCrew(ctx, params.crewId));
  route(crewEndpoints.signOff, (ctx, { params, body }) => signOffCrew(ctx, params.crewId, body));
  route(crewGrantEndpoints.list, (ctx, { params, query }) => listCrewGrants(ctx, params.crewId, query));
  route(crewGrantEndpoints.set, (ctx, { params, body }) => setCrewGrant(ctx, params, body));
  route(crewGrantEndpoints.remove, (ctx, { params }) => removeCrewGrant(ctx, params));
  route(crewEndpoints.versions, (ctx, { params, query }) => listCrewVersions(ctx, params.crewId, query));
}
