import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { startFakeProvider } from "./start-fake-provider.ts";

const search = { name: "search", parameters: { type: "object", properties: { query: { type: "string" } }, required: ["query"] } };

function chat(url: string, body: object, init: RequestInit = {}) {
  return fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: "Bearer secret-1234", "x-crew-step": "task:1" },
    body: JSON.stringify({ model: "fake-model", messages: [{ role: "user", content: "hello there" }], ...body }),
    redirect: "manual",
    ...init,
  });
}

const textOf = async (response: Response) =>
  ((await response.json()) as { choices: { message: { content: string } }[] }).choices[0]?.message.content;

describe("default behavior", () => {
  test("the same question gets the same answer of a stable length", async () => {
    await using provider = await startFakeProvider();
    const first = await textOf(await chat(provider.url, {}));
    expect(first?.startsWith("Echo: hello there")).toBe(true);
    expect(first?.split(" ")).toHaveLength(24);
    expect(await textOf(await chat(provider.url, {}))).toBe(first);
  });

  test("calls a tool when the message names it, and answers once it has the result", async () => {
    await using provider = await startFakeProvider();
    const tools = [{ type: "function", function: search }];
    const question = { role: "user", content: "Search for crews" };
    const first = (await (await chat(provider.url, { tools, messages: [question] })).json()) as {
      choices: { finish_reason: string; message: { tool_calls: { id: string; function: { name: string; arguments: string } }[] } }[];
    };
    expect(first.choices[0]?.finish_reason).toBe("tool_calls");
    const call = first.choices[0]?.message.tool_calls[0];
    expect(call?.function).toEqual({ name: "search", arguments: '{"query":"query 1"}' });
    const after = [question, first.choices[0]?.message, { role: "tool", tool_call_id: call?.id, content: "found" }];
    expect(await textOf(await chat(provider.url, { tools, messages: after }))).toMatch(/^Echo:/);
  });

  test("a model's name asks for turns of tool calls, with other arguments in each", async () => {
    await using provider = await startFakeProvider();
    const tools = [{ type: "function", function: search }];
    const messages: object[] = [{ role: "user", content: "go" }];
    const seen: string[] = [];
    for (;;) {
      const body = (await (await chat(provider.url, { model: "any:turns=11,tokens=3", tools, messages })).json()) as {
        choices: { message: { content: string; tool_calls?: { id: string; function: { arguments: string } }[] } }[];
      };
      const message = body.choices[0]?.message;
      const call = message?.tool_calls?.[0];
      if (!message || !call) {
        expect(message?.content).toBe("Echo: go go");
        break;
      }
      seen.push(call.function.arguments);
      messages.push(message, { role: "tool", tool_call_id: call.id, content: "ok" });
    }
    expect(new Set(seen).size).toBe(11);
    expect(provider.journal).toHaveLength(12);
  });
});

describe("script", () => {
  test("entries are used up in order, those with a rule stay", async () => {
    await using provider = await startFakeProvider({
      script: {
        entries: [
          { when: { contains: "weather" }, text: "Sunny" },
          { when: { model: "other" }, text: "I am other" },
          { fault: { type: "status", status: 429, retryAfter: 2 }, times: 2 },
          { text: "at last" },
        ],
      },
    });
    const limited = await chat(provider.url, {});
    expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, "2"]);
    expect(await textOf(await chat(provider.url, { messages: [{ role: "user", content: "the weather?" }] }))).toBe("Sunny");
    expect((await chat(provider.url, {})).status).toBe(429);
    expect(await textOf(await chat(provider.url, { model: "other" }))).toBe("I am other");
    expect(await textOf(await chat(provider.url, {}))).toBe("at last");
    expect(await textOf(await chat(provider.url, {}))).toMatch(/^Echo/);
    expect(provider.journal.map((call) => call.entry)).toEqual([2, 0, 2, 1, 3, null]);
  });

  test("a script that is not one is refused, over HTTP too", async () => {
    await using provider = await startFakeProvider();
    expect(() => provider.setScript({ entries: [{ fault: { type: "nonsense" } as never }] })).toThrow(/nonsense|discriminator|Invalid/i);
    const refused = await fetch(`${provider.url}/_script`, { method: "PUT", body: '{"entries": 1}' });
    expect(refused.status).toBe(400);
    await fetch(`${provider.url}/_script`, { method: "PUT", body: '{"entries": [{"text": "set from afar"}], "apiKey": "secret-1234"}' });
    expect(await textOf(await chat(provider.url, {}))).toBe("set from afar");
    expect((await fetch(`${provider.url}/v1/models`)).status).toBe(401);
  });

  test("streams of the three protocols end with their marks; usage may be missing", async () => {
    await using provider = await startFakeProvider({ script: { entries: [{ text: "a b" }, { text: "a b", usage: null }] } });
    const body = { stream: true, stream_options: { include_usage: true } };
    const whole = await (await chat(provider.url, body)).text();
    expect(whole.endsWith("data: [DONE]\n\n")).toBe(true);
    expect(whole).toContain('"completion_tokens":2');
    expect(await (await chat(provider.url, body)).text()).not.toContain("usage");
    const messages = [{ role: "user", content: "hi" }];
    const anthropic = await fetch(`${provider.url}/v1/messages`, {
      method: "POST",
      body: JSON.stringify({ model: "m", stream: true, messages }),
    });
    expect(await anthropic.text()).toMatch(/event: message_start[\s\S]*event: message_stop\ndata: \{"type":"message_stop"\}\n\n$/);
    const google = await fetch(`${provider.url}/v1beta/models/m:streamGenerateContent?alt=sse`, {
      method: "POST",
      body: JSON.stringify({ contents: [{ role: "user", parts: [{ text: "hi" }] }] }),
    });
    expect(await google.text()).toContain('"finishReason":"STOP"');
  });

  test.each([
    { fault: { type: "early_end" as const }, has: '"finish_reason":"stop"', lacks: "[DONE]" },
    { fault: { type: "early_end" as const, afterChunks: 2 }, has: "one", lacks: '"finish_reason":"stop"' },
    { fault: { type: "error_event" as const, message: "overloaded now" }, has: "overloaded now", lacks: "[DONE]" },
    { fault: { type: "huge_line" as const, bytes: 5000 }, has: "x".repeat(5000), lacks: "never" },
  ])("$fault", async ({ fault, has, lacks }) => {
    await using provider = await startFakeProvider({ script: { entries: [{ text: "one two three", fault }] } });
    const text = await (await chat(provider.url, { stream: true })).text();
    expect(text).toContain(has);
    expect(text).not.toContain(lacks);
    await provider.waitForEnds(1);
    expect(provider.journal[0]?.outcome).toBe("faulted");
  });

  test("a held stream is silent until the script is replaced, then goes on as it began", async () => {
    await using provider = await startFakeProvider({ script: { defaults: { text: "one two three four", holdAfter: 3 } } });
    const { body } = await chat(provider.url, { stream: true });
    if (!body) throw new Error("no stream");
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let read = "";
    while (!read.includes("two")) read += (await reader.read()).value;
    const next = reader.read();
    expect(await Promise.race([next, sleep(50, "silent")])).toBe("silent");
    provider.setScript({ defaults: { text: "something else" } });
    read += (await next).value;
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) read += piece.value;
    expect([...read.matchAll(/"content":"([^"]*)"/g)].map(([, text]) => text).join("")).toBe("one two three four");
    expect(read).toContain("data: [DONE]");
  });

  test("a cut stream fails at the client and keeps what came before", async () => {
    await using provider = await startFakeProvider({
      script: { entries: [{ text: "one two three", fault: { type: "cut", afterChunks: 2 } }] },
    });
    const response = await chat(provider.url, { stream: true });
    let got = "";
    await expect(
      (async () => {
        for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) got += Buffer.from(chunk).toString();
      })(),
    ).rejects.toThrow();
    expect(got).toContain("one");
    expect((await provider.waitForEnds(1))[0]).toMatchObject({ outcome: "faulted", chunksSent: 2 });
  });
});

describe("journal", () => {
  test("says who called with what, before the answer, and how it ended", async () => {
    const folder = mkdtempSync(join(tmpdir(), "fake-provider-"));
    try {
      const journalFile = join(folder, "journal.jsonl");
      await using provider = await startFakeProvider({ journalFile, script: { entries: [{ fault: { type: "hang" } }] } });
      const abort = new AbortController();
      const pending = chat(provider.url, {}, { signal: abort.signal });
      const [call] = await provider.waitForCalls(1);
      expect(call).toMatchObject({ id: 1, model: "fake-model", keyLastFour: "1234", hints: { "x-crew-step": "task:1" }, outcome: "open" });
      expect(call?.messages).toEqual([{ role: "user", text: "hello there" }]);
      expect(readFileSync(journalFile, "utf8").trim().split("\n")).toHaveLength(1);
      abort.abort();
      await expect(pending).rejects.toThrow();
      expect((await provider.waitForEnds(1))[0]).toMatchObject({ outcome: "client_closed", bytesSent: 0 });
      const lines = readFileSync(journalFile, "utf8").trim().split("\n");
      expect(JSON.parse(lines[1] ?? "")).toMatchObject({ event: "end", id: 1, outcome: "client_closed" });
      const remote = (await (await fetch(`${provider.url}/_journal`)).json()) as { total: number };
      expect(remote.total).toBe(1);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

test("the command line serves a script file and says how to add it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "fake-provider-"));
  writeFileSync(join(folder, "script.json"), JSON.stringify({ entries: [{ when: {}, text: "from the file" }] }));
  const main = join(import.meta.dirname, "main.ts");
  const child = spawn(process.execPath, [main, "--port", "0", "--script", join(folder, "script.json")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    let output = "";
    for await (const chunk of child.stdout) {
      output += String(chunk);
      if (output.includes("Ctrl+C")) break;
    }
    expect(output).toContain("openai-compatible");
    const url = /on (http:\S+)/.exec(output)?.[1] ?? "";
    expect(await textOf(await chat(url, {}))).toBe("from the file");
  } finally {
    const exited = once(child, "exit");
    child.kill("SIGTERM");
    await exited;
    rmSync(folder, { recursive: true });
  }
});
