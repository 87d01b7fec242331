/** One host a line, or several with commas or spaces between them, as people paste them. */
export function hostsOfText(text: string): string[] {
  const hosts = text
    .split(/[\s,;]+/)
    .map((host) => host.trim().toLowerCase())
    .filter(Boolean);
  return [...new Set(hosts)];
}

export function textOfHosts(hosts: readonly string[]): string {
  return hosts.join("\n");
}
