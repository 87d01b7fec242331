export const EMPTY = "is empty";

interface SchemaIssue {
  code?: string;
  message: string;
  minimum?: unknown;
  maximum?: unknown;
  origin?: string;
  format?: string;
}

/** What a schema finds wrong with a field, as a person would say it beside that field. */
export function issueWords(issue: SchemaIssue): string {
  if (issue.code === "too_small" && issue.origin === "array") return "at least one is needed";
  if (issue.code === "too_small" && issue.origin === "string")
    return issue.minimum === 1 ? EMPTY : `at least ${issue.minimum} characters are needed`;
  if (issue.code === "too_big" && issue.origin === "string") return `is too long: at most ${issue.maximum} characters`;
  if (issue.code === "too_big" || issue.code === "too_small")
    return `must be ${issue.code === "too_big" ? "at most" : "at least"} ${issue.code === "too_big" ? issue.maximum : issue.minimum}`;
  if (issue.code === "invalid_format" && issue.format === "email") return "is not an e-mail address";
  if (issue.code === "invalid_format" && issue.format === "url") return "is not an http(s) address";
  return issue.message;
}
