import type { Log } from "./system.ts";

/** The log with what each line is about, so that whoever writes one need not say it. */
export function logAbout(log: Log, about: Record<string, string>): Log {
  return new AboutLog(log, about);
}

class AboutLog implements Log {
  readonly #log: Log;
  readonly #about: Record<string, string>;

  constructor(log: Log, about: Record<string, string>) {
    this.#log = log;
    this.#about = about;
  }

  debug(fields: object, message: string): void {
    this.#log.debug({ ...this.#about, ...fields }, message);
  }

  info(fields: object, message: string): void {
    this.#log.info({ ...this.#about, ...fields }, message);
  }

  warn(fields: object, message: string): void {
    this.#log.warn({ ...this.#about, ...fields }, message);
  }

  error(fields: object, message: string): void {
    this.#log.error({ ...this.#about, ...fields }, message);
  }
}
