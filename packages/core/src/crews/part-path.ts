/** A path in the crew (`agents.2.model`) as one in the body that wrote this part alone (`model`); others stay as they are. */
export function partPath(path: string, list: "agents" | "tasks", index: number): string {
  const prefix = `${list}.${index}.`;
  return path.startsWith(prefix) ? path.slice(prefix.length) : path;
}
