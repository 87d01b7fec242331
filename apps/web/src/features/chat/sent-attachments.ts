const names = new Map<string, string[]>();
const MAX_MESSAGES = 200;

/** Keeps what was attached to a message that was sent here: a stored message does not carry it. */
export function rememberAttachments(clientMessageId: string, attachments: readonly { name: string }[]): void {
  if (attachments.length === 0) return;
  const oldest = names.size >= MAX_MESSAGES ? names.keys().next().value : undefined;
  if (oldest !== undefined) names.delete(oldest);
  names.set(
    clientMessageId,
    attachments.map(({ name }) => name),
  );
}

/** Names of what this page has sent with a message; none after a reload. */
export function attachmentsOf(clientMessageId: string | null): string[] {
  return (clientMessageId === null ? undefined : names.get(clientMessageId)) ?? [];
}
