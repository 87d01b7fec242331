/** What `read_run` tells, as far as the demonstration says it. */
export interface ToldRun {
  link: string;
  crewName: string;
  state: string;
  waitsFor?: string;
  error?: { code: string; message: string };
  progress: { tasksDone: number; tasksTotal: number };
  totals: { modelCalls: number; toolCalls: number };
  tasks: { task: string; output: string }[];
  lastEvents: string[];
}

const OUTPUT_CHARACTERS = 600;
const TROUBLES = 3;
const MOST_LINES = 20;

export function tellInputs(told: Record<string, unknown>, given: readonly string[]): string {
  const inputs = (told.inputs ?? []) as { name: string; example?: string }[];
  const missing = inputs.filter(({ name }) => !given.includes(name));
  const about = told.description ? ` ${String(told.description)}` : "";
  if (inputs.length === 0) return `**${String(told.name)}** needs no inputs.${about} Say “start” and I start a run.`;
  if (missing.length === 0) return `Everything that **${String(told.name)}** needs is here. Say “start” and I start a run.`;
  const lines = missing.map(
    ({ name, example }) => `- **${name}**${example ? `, for example “${example.replace(/\s+/g, " ").slice(0, 80)}”` : ""}`,
  );
  return `**${String(told.name)}** ${given.length > 0 ? "still " : ""}needs:${about && `${about}\n`}\n\n${lines.join("\n")}\n\nWrite each on a line of its own, as in \`${missing[0]?.name}: …\`.`;
}

export function tellStart(told: Record<string, unknown>): string {
  return `Started: [a run of ${String(told.crewName)}](${String(told.link)}). It works by itself; ask me about it at any time.`;
}

export function tellRun(run: ToldRun): string {
  const { tasksDone, tasksTotal } = run.progress;
  const lines = [
    `[This run of ${run.crewName}](${run.link}) is **${run.state}**${run.waitsFor ? ` (${run.waitsFor})` : ""}: ${tasksDone} of ${tasksTotal} tasks done, ${run.totals.modelCalls} model calls, ${run.totals.toolCalls} tool calls.`,
  ];
  if (run.error) {
    lines.push(`It failed with \`${run.error.code}\`: ${run.error.message}`);
    const troubles = run.lastEvents.filter((line) => /_(?:failed|error)\b/.test(line)).slice(-TROUBLES);
    if (troubles.length > 0) lines.push(`Its events say:\n\n${troubles.map((line) => `- ${line}`).join("\n")}`);
  }
  const last = run.tasks.at(-1);
  if (last) lines.push(`“${last.task}” said:\n\n> ${last.output.slice(0, OUTPUT_CHARACTERS).replaceAll("\n", "\n> ")}`);
  return lines.join("\n\n");
}

export function tellList(noun: "runs" | "crews", rows: readonly Record<string, unknown>[]): string {
  if (rows.length === 0) return `There are no such ${noun}.`;
  const lines = rows.slice(0, MOST_LINES).map((row) => {
    const name = `[${String(noun === "runs" ? row.crewName : row.name)}](${String(row.link)})`;
    return noun === "runs" ? `- ${name}: ${String(row.state)}` : `- ${name}${row.description ? `: ${String(row.description)}` : ""}`;
  });
  return `${lines.join("\n")}\n\n${noun === "runs" ? "Name one by its id, or ask why the last one failed." : "Ask about runs, or say what kind of crew you want to create."}`;
}
