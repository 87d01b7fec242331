const answeredHere = new Set<string>();

/** So that a person is not told what they have just done. */
export function noteOwnAnswer(approvalId: string): void {
  answeredHere.add(approvalId);
}

export function isOwnAnswer(approvalId: string): boolean {
  return answeredHere.has(approvalId);
}
