/** All that a good start prints: at most six lines. */
export function welcomeLines(at: {
  version: string;
  origin: string;
  link: string | null;
  dataDir: string;
  databasePath: string | null;
  logFile: string | null;
  canPressEnter: boolean;
}): string {
  const another = at.canPressEnter ? "Enter prints another" : "npm run link prints another";
  const lines = [
    `CrewAI Platform ${at.version} runs at ${at.origin}`,
    at.link ? `Sign in   ${at.link}  (once, within 10 minutes; ${another})` : `Sign in   ${at.origin} with your e-mail and password`,
    `Data      ${at.dataDir}${at.databasePath ? ` (as root, the database is in ${at.databasePath})` : ""}`,
    "Models    add one under Settings, Models, or set OPENAI_API_KEY and start again; the demo needs none",
    `Log       ${at.logFile ?? "here"}`,
    "Stop      Ctrl-C",
  ];
  return `${lines.join("\n")}\n`;
}
