/** The calibration: the same three calls a crew, by a bare fetch loop that keeps nothing. `node fetch-loop.ts URL CREWS AT_ONCE` */

const [url = "", crews = "0", atOnce = "1"] = process.argv.slice(2);
let left = Number(crews);

async function call(prompt: string): Promise<string> {
  const response = await fetch(`${url}/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: "Bearer stub" },
    body: JSON.stringify({
      model: "stub",
      stream: true,
      messages: [
        { role: "system", content: "You are a scout." },
        { role: "user", content: prompt },
      ],
    }),
  });
  let text = "";
  let rest = "";
  const decoder = new TextDecoder();
  for await (const bytes of response.body ?? []) {
    rest += decoder.decode(bytes, { stream: true });
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (!line.startsWith("data: ") || line === "data: [DONE]") continue;
      text += JSON.parse(line.slice(6)).choices[0]?.delta.content ?? "";
    }
  }
  return text;
}

async function crewsInTurn(): Promise<void> {
  while (left-- > 0) {
    const first = await call("Find five facts on tides");
    const second = await call(`Weigh them:\n${first}`);
    await call(`Write one page:\n${first}\n${second}`);
  }
}

console.log("ready");
process.stdin.once("data", async () => {
  await Promise.all(Array.from({ length: Number(atOnce) }, crewsInTurn));
  console.log("done");
});
