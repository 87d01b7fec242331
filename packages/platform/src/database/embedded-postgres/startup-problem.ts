/** The installation cannot start as things are. The message is for the terminal: one sentence or two, with the remedy. */
export class StartupProblem extends Error {
  override name = "StartupProblem";
}

/** What a full disk looks like, whoever reports it. */
export function isDiskFull(error: unknown): boolean {
  const { code, message } = error as { code?: string; message?: string };
  return code === "ENOSPC" || code === "EDQUOT" || code === "53100" || /no space left on device/i.test(message ?? "");
}

export function diskFull(folder: string, cause?: unknown): StartupProblem {
  return new StartupProblem(`The disk that holds ${folder} is full: make room on it, or set CREW_DATA_DIR to a folder elsewhere.`, {
    cause,
  });
}
