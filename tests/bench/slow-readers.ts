import { setTimeout as sleep } from "node:timers/promises";
import type { Actor } from "@crew/core/access/actor";
import { createSocketTicket } from "@crew/core/sessions/create-socket-ticket";
import { readConfig } from "@crew/platform/config/read-config";
import { openSystem } from "@crew/platform/open-system";
import { WebSocket } from "ws";
import { ownAddress } from "./own-address.ts";

/**
 * Sockets that ask for much and never read, and as many that read a little now and then; who is closed for that comes
 * back. Arguments: the gateway's URL, how many of each kind, and as JSON who asks for which runs.
 */
const [url = "", count = "0", asked = "[]"] = process.argv.slice(2);
const people = JSON.parse(asked) as { actor: Actor; runId: string }[];
const system = await openSystem(readConfig());
/** From 8 to 16 s, each its own: they do not come back in step. What a storm of those costs is told of idle sockets. */
const staysMs = (n: number) => 8_000 + (n % 100) * 80;
const READS_EVERY_MS = 500;
let opened = 0;

async function beSlow(n: number, reads: boolean): Promise<never> {
  for (;;) {
    const { actor, runId } = people[n % people.length] as (typeof people)[number];
    const { ticket } = await createSocketTicket({ ...system, actor });
    const socket = new WebSocket(url, ownAddress());
    socket.on("error", () => {});
    socket.on("open", () => {
      socket.pause();
      socket.send(JSON.stringify({ type: "auth", ticket }));
      socket.send(JSON.stringify({ type: "subscribe", topic: `run:${runId}`, after: 0 }));
      if (++opened === 2 * Number(count)) console.log("slow");
    });
    for (let waited = 0; waited < staysMs(n); waited += READS_EVERY_MS) {
      await sleep(READS_EVERY_MS);
      if (!reads || socket.readyState !== WebSocket.OPEN) continue;
      socket.resume();
      setImmediate(() => socket.readyState === WebSocket.OPEN && socket.pause());
    }
    socket.terminate();
  }
}

for (let n = 0; n < Number(count); n++) {
  void beSlow(n, false);
  void beSlow(n, true);
  await sleep(10);
}
