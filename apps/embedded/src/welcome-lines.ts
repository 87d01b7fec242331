/** All that a good start prints. With the two of a first start, which installs and builds, six lines at most. */
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
  const notes = [at.logFile && `log: ${at.logFile}`, at.databasePath && `as root, the database is in ${at.databasePath}`].filter(Boolean);
  const lines = [
    `CrewAI Platform ${at.version} runs at ${at.origin} (Ctrl-C stops it)`,
    at.link ? `Sign in   ${at.link}  (once, within 10 minutes; ${another})` : `Sign in   ${at.origin} with your e-mail and password`,
    `Data      ${at.dataDir}${notes.length > 0 ? ` (${notes.join("; ")})` : ""}`,
    "Models    add one under Settings, Models, or set OPENAI_API_KEY and start again; the demo needs none",
  ];
  return `${lines.join("\n")}\n`;
}
