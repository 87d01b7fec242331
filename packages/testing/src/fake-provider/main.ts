import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { FakeScript, type FakeScriptInput } from "./fake-script.ts";
import { startFakeProvider } from "./start-fake-provider.ts";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "8080" },
    host: { type: "string", default: "127.0.0.1" },
    script: { type: "string" },
    delay: { type: "string" },
    journal: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

if (values.help) {
  console.log(`A model provider for trials and tests: no AI, no key, no cost.

  --port 8080        port to listen on
  --host 127.0.0.1   address to listen on
  --script FILE      JSON: what to answer (see fake-script.ts)
  --delay MS         time between two tokens
  --journal FILE     one JSON line for each call, written before it is answered`);
  process.exit(0);
}

const provider = await startFakeProvider({
  port: Number(values.port),
  host: values.host,
  script: readScript(),
  ...(values.journal && { journalFile: values.journal }),
}).catch((error: NodeJS.ErrnoException) =>
  fail(error.code === "EADDRINUSE" ? `Port ${values.port} is in use: choose another with --port.` : error.message),
);

console.log(`Fake model provider on ${provider.url}

Add it to the platform under Settings, Models:
  kind      openai-compatible
  name      fake
  base URL  ${provider.url}/v1
  key       any, or none
and give agents the model fake/fake-model. What npm start runs on this machine reaches it as it is; an
installation that others can reach must be started with CREW_EGRESS_ALLOW=${new URL(provider.url).host}
Or, for every workspace, start it with OPENAI_BASE_URL=${provider.url}/v1 OPENAI_API_KEY=any

A model's name can say how it behaves: fake/any:tokens=50,delay=20,turns=11
Script   GET, PUT    ${provider.url}/_script
Journal  GET, DELETE ${provider.url}/_journal
Press Ctrl+C to stop.`);

const stop = () => {
  provider[Symbol.asyncDispose]().then(
    () => process.exit(0),
    () => process.exit(1),
  );
};
process.once("SIGINT", stop);
process.once("SIGTERM", stop);

function readScript(): FakeScriptInput {
  const defaults = values.delay ? { tokenDelayMs: Number(values.delay) } : {};
  if (!values.script) return { defaults };
  try {
    const script = FakeScript.parse(JSON.parse(readFileSync(values.script, "utf8")));
    return { ...script, defaults: { ...defaults, ...script.defaults } };
  } catch (error) {
    return fail(`The script ${values.script} cannot be used: ${(error as Error).message}`);
  }
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
