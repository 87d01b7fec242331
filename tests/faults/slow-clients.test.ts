import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { joinInstallation } from "@crew/testing/join-installation";
import { startInstallation } from "@crew/testing/start-installation";
import { expect, test } from "vitest";

const SLOW_HEADERS = 500;
const SLOW_BODIES = 500;
const REQUESTS = 150;

/** Sends `beginning` and then a byte now and then, for as long as it is let. */
function trickle(port: number, beginning: string): Socket {
  const socket = connect(port, "127.0.0.1");
  const timer = setInterval(() => socket.writable && socket.write("a"), 1_000);
  socket.on("error", () => {});
  socket.on("close", () => clearInterval(timer));
  socket.on("connect", () => socket.write(beginning));
  return socket;
}

const p99 = (milliseconds: number[]) => milliseconds.toSorted((a, b) => a - b)[Math.floor(milliseconds.length * 0.99)] ?? 0;

test("T-24 a thousand clients that send a byte now and then keep nobody else waiting [ASVS 15.2.2]", async () => {
  await using installation = await startInstallation("embedded");
  const { port, host } = new URL(installation.origin);
  const ada = await joinInstallation(installation.origin);
  const ask = async () => {
    const times: number[] = [];
    for (let i = 0; i < REQUESTS; i++) {
      const startedAt = performance.now();
      await ada.call("GET", "/v1/me");
      times.push(performance.now() - startedAt);
    }
    return p99(times);
  };
  await ask();
  const calm = await ask();
  const slow = [
    ...Array.from({ length: SLOW_HEADERS }, () => trickle(Number(port), `GET /v1/me HTTP/1.1\r\nHost: ${host}\r\nX-Slow: `)),
    ...Array.from({ length: SLOW_BODIES }, () =>
      trickle(
        Number(port),
        `POST /api/auth/sign-in/email HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{`,
      ),
    ),
  ];
  try {
    await sleep(2_000);
    expect(slow.filter(({ destroyed }) => !destroyed).length).toBeGreaterThan(SLOW_HEADERS);
    const beside = await ask();
    console.log(`p99 of a read: calm ${calm.toFixed(1)} ms, beside ${slow.length} slow clients ${beside.toFixed(1)} ms`);
    // The server lets go of what does not come to an end: headers after 15 s, whole requests after 30 s, looked at now and then.
    for (const end = Date.now() + 75_000; slow.some(({ destroyed }) => !destroyed) && Date.now() < end; ) await sleep(500);
    expect(slow.filter(({ destroyed }) => !destroyed)).toHaveLength(0);
  } finally {
    for (const socket of slow) socket.destroy();
  }
});
