import { busContract } from "@crew/testing/port-contracts/bus-contract";
import { describe } from "vitest";
import { inProcessBus } from "./in-process-bus.ts";

describe("in-process bus", () => {
  busContract(async () => {
    const bus = inProcessBus();
    return { here: bus, there: bus, [Symbol.asyncDispose]: async () => {} };
  });
});
