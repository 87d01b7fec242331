import { deadLetterEndpoints } from "@crew/contracts/dead-letters";
import { discardDeadLetter } from "@crew/core/dead-letters/discard-dead-letter";
import { discardDeadLetters } from "@crew/core/dead-letters/discard-dead-letters";
import { getDeadLetter } from "@crew/core/dead-letters/get-dead-letter";
import { listDeadLetters } from "@crew/core/dead-letters/list-dead-letters";
import { redriveDeadLetter } from "@crew/core/dead-letters/redrive-dead-letter";
import { redriveDeadLetters } from "@crew/core/dead-letters/redrive-dead-letters";
import type { RegisterRoute } from "../route.ts";

export function deadLetterRoutes(route: RegisterRoute): void {
  route(deadLetterEndpoints.list, (ctx, { query }) => listDeadLetters(ctx, query));
  route(deadLetterEndpoints.get, (ctx, { params }) => getDeadLetter(ctx, params.letterId));
  route(deadLetterEndpoints.redriveMany, (ctx, { body }) => redriveDeadLetters(ctx, body));
  route(deadLetterEndpoints.redrive, (ctx, { params }) => redriveDeadLetter(ctx, params.letterId));
  route(deadLetterEndpoints.discardMany, (ctx, { body }) => discardDeadLetters(ctx, body));
  route(deadLetterEndpoints.discard, (ctx, { params, body }) => discardDeadLetter(ctx, params.letterId, body.reason));
}
