import type { Place } from "@crew/engine/host";
import type { ModelRequest } from "@crew/engine/model";

/** One model call of the engine while it is being made: by as many attempts as its failures allow. */
export interface ModelCall {
  key: string;
  request: ModelRequest;
  place: Place;
  turn: number;
  hash: string;
  startedAt: string;
  /** Its text is no part of the answer. */
  isAside: boolean;
}
