/** Tables whose rows stay where they are, and why; every other one is in each archive. A test compares this with the database. */
export const LEFT_OUT: Record<string, string> = {
  schema_migrations: "the opening of the archive tells of them",
  base_backup_standing: "the server of the installation that was saved, and its archive",
  workers: "processes of the installation that was saved",
  sessions: "who restores has everybody sign in anew: what was ended after the copy must not come back",
  socket_tickets: "as sessions; they last 30 seconds",
  sign_in_links: "as sessions; one that was used after the copy would count again",
  sign_in_challenges: "as sessions",
  sign_in_flows: "as sessions",
  mailed_tokens: "as sign-in links",
  oauth_artifacts: "as sessions: codes and tokens of apps; what people have allowed is in oauth_grants",
};
