/** What one look at the machine has found. */
export interface Check {
  name: string;
  state: "ok" | "warn" | "fail";
  found: string;
  /** Empty when nothing is to be done. */
  fix: string;
}

export const ok = (name: string, found: string): Check => ({ name, state: "ok", found, fix: "" });
export const warn = (name: string, found: string, fix: string): Check => ({ name, state: "warn", found, fix });
export const fail = (name: string, found: string, fix: string): Check => ({ name, state: "fail", found, fix });

export const tellCheck = ({ name, state, found, fix }: Check): string =>
  `${state.toUpperCase().padEnd(4)}  ${name.padEnd(18)} ${found}${fix ? `. ${fix}` : ""}`;
