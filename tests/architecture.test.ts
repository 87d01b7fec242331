import { basename } from "node:path";
import { describe, expect, test } from "vitest";
import { filesIn, ownImports, ownPackages, sourceFiles } from "./source-tree.ts";

/** The rules of docs/architecture.md, read from the text of the sources. Each list of exceptions may only shrink. */

const paths = filesIn();
const sources = sourceFiles(paths);
const product = sources.filter(({ isTest }) => !isTest);
const packages = ownPackages(paths);

const LAW: Record<string, string[]> = {
  contracts: [],
  client: ["contracts"],
  db: ["contracts"],
  engine: ["contracts"],
  core: ["contracts", "db", "engine"],
  platform: ["contracts", "core", "db", "engine"],
  auth: ["contracts", "core", "db"],
  api: ["contracts", "core", "auth", "platform"],
  chatbot: ["contracts", "core", "auth", "platform"],
  worker: ["contracts", "core", "engine", "platform"],
  web: ["contracts", "client", "platform"],
  embedded: ["contracts", "core", "auth", "platform", "api", "chatbot", "worker", "web"],
  deploy: ["contracts", "client", "testing"],
};
/** Where only some files of a package may use what its package.json allows. */
const NARROWER: { from: RegExp; to: RegExp; only: RegExp }[] = [
  { from: /^apps\/(api|chatbot)\//, to: /^platform\//, only: /\/(main|run-api|run-gateway)\.ts$/ },
  {
    from: /^apps\/worker\//,
    to: /^platform\//,
    only: /\/(main|scheduler-main|run-worker|run-scheduler|sign-of-life|background|app|run-loop|handlers)\.ts$/,
  },
  { from: /^apps\/worker\//, to: /^engine\/(?!tool$)/, only: /^$/ },
  { from: /^apps\/web\//, to: /^platform\//, only: /^apps\/web\/src\/server\// },
  { from: /^apps\/embedded\//, to: /^(api|chatbot|worker)\/(?!app$)/, only: /^$/ },
  { from: /^apps\/embedded\//, to: /^web\/(?!server\/)/, only: /^$/ },
  { from: /./, to: /^core\/.*-repository$/, only: /^$/ },
  { from: /^(packages\/(?!testing\/)|apps\/)/, to: /^testing\//, only: /^$/ },
];

test.each(Object.keys(LAW))("%s imports what it declares, and only what its floor allows [ASVS 15.2.3]", (name) => {
  const own = packages.find((one) => one.name === name);
  const allowed = LAW[name] ?? [];
  const declared = own?.dependencies.filter((one) => one.startsWith("@crew/")).map((one) => one.slice(6)) ?? [];
  expect(declared.filter((one) => !allowed.includes(one))).toEqual([]);
  const files = product.filter(({ path }) => path.startsWith(`${own?.folder}/`));
  const imported = new Set(files.flatMap(({ text }) => ownImports(text)).map((to) => to.split("/")[0]));
  expect(declared.filter((one) => !imported.has(one))).toEqual([]);
  const broken = files.flatMap(({ path, text }) =>
    ownImports(text)
      .filter((to) => !allowed.includes(to.split("/")[0] ?? ""))
      .map((to) => `${path} → ${to}`),
  );
  expect(broken).toEqual([]);
});

test("within a package only the named files use the floor's widest doors", () => {
  const broken = product.flatMap(({ path, text }) =>
    ownImports(text)
      .filter((to) => NARROWER.some((rule) => rule.from.test(path) && rule.to.test(to) && !rule.only.test(path)))
      .map((to) => `${path} → ${to}`),
  );
  expect(broken).toEqual([]);
});

test("packages form no circle", () => {
  const dependenciesOf = (name: string) => packages.find((one) => one.name === name)?.dependencies ?? [];
  const reaches = (from: string, wanted: string, seen = new Set<string>()): boolean =>
    dependenciesOf(from)
      .filter((one) => one.startsWith("@crew/"))
      .map((one) => one.slice(6))
      .some((next) => next === wanted || (!seen.has(next) && reaches(next, wanted, seen.add(next))));
  expect(packages.map(({ name }) => name).filter((name) => reaches(name, name))).toEqual([]);
});

describe("names", () => {
  test("no two source files share one", () => {
    const prescribed = /^(main|app|page|layout|not-found|vitest\.config)\.tsx?$/;
    const names = product.map(({ path }) => basename(path)).filter((name) => !prescribed.test(name));
    expect([...new Set(names.filter((name, index) => names.indexOf(name) !== index))].toSorted()).toEqual([]);
  });

  test("say what is inside", () => {
    const empty = /(^|\/)(utils?|helpers?|common|shared|lib|misc|types?|managers?|index)(\/|\.[a-z.]+$)/;
    expect(paths.filter((path) => /^(apps|packages|tests|scripts)\//.test(path) && empty.test(path))).toEqual([]);
  });

  test("no file hands on what another exports", () => {
    const handsOn = sources.filter(({ text }) => /^export (type )?(\*|\{[^}]*\}) (as \w+ )?from /m.test(text));
    expect(handsOn.map(({ path }) => path)).toEqual([]);
  });
});

describe("verbs of core", () => {
  const WITHOUT_PERMISSION: Record<string, string> = {
    "packages/core/src/accounts/ask-email-change.ts": "one's own account; the password was shown",
    "packages/core/src/accounts/create-account.ts": "signing up is for everybody; who may is the sign-up policy's business",
    "packages/core/src/accounts/delete-account.ts": "one's own account; the password was shown",
    "packages/core/src/accounts/disable-account.ts": "the operator's, who needs nobody's permission",
    "packages/core/src/accounts/linked-accounts.ts": "who somebody is was proven by the provider; who may sign up is the policy's business",
    "packages/core/src/accounts/make-operator.ts": "on the machine alone, by whoever runs the installation",
    "packages/core/src/accounts/rename-account.ts": "one's own name",
    "packages/core/src/accounts/replace-password.ts": "one's own account; the mailed token or the old password is the credential",
    "packages/core/src/accounts/verify-email.ts": "the mailed token is the credential",
    "packages/core/src/approvals/write-decision.ts":
      "for verbs that have asked, and for a mailed link, which stands for a person whose rights were read",
    "packages/core/src/invitations/join-by-invitation.ts": "the mailed token is the credential",
    "packages/core/src/oauth-apps/end-oauth-grant.ts": "the authorization server ends what was used twice or given back",
    "packages/core/src/runs/execute/note-refusal.ts": "what was refused is written whoever asked",
    "packages/core/src/runs/execute/recheck-mcp-server.ts": "the platform itself: a run finds that a tool is not what was approved",
    "packages/core/src/second-factors/drop-second-factor.ts": "the operator's, who needs nobody's permission",
    "packages/core/src/workspaces/create-own-workspace.ts": "any person may, whatever they may elsewhere",
    "packages/core/src/workspaces/create-workspace.ts": "signing up is for everybody; who may is the sign-up policy's business",
    "packages/core/src/workspaces/leave-workspace.ts": "whoever is in may go",
  };
  /** `requireCrewPermission` asks the role first, then grants on the crew; `requireOperator` for what is no workspace's. */
  const ASKS = /require(Crew)?Permission\(|await requireOperator\(/;
  const writers = product.filter(
    ({ path, text }) => path.startsWith("packages/core/src/") && !path.endsWith("/in-transaction.ts") && text.includes("inTransaction("),
  );

  test("check a permission before they open a transaction", () => {
    const bare = writers.filter(({ text }) => !ASKS.test(text)).map(({ path }) => path);
    expect(bare.toSorted()).toEqual(Object.keys(WITHOUT_PERMISSION));
  });

  test("that the API and the sockets call ask for a permission, or for the run, which does", () => {
    const OPEN: Record<string, string> = {
      "access/actor": "a type",
      "accounts/rename-account": "one's own name",
      "access/acting-for": "makes the context that verbs ask with",
      "access/client-address": "tells clients from proxies",
      "access/client-network": "spells addresses",
      "access/find-lost-rights": "looks who may still be here",
      "approvals/answer-by-link": "the mailed token is the credential, and its person's rights are read",
      "approvals/lookup-approval-link": "the mailed token is the credential, and its person's rights are read",
      "idempotency/answer-once": "runs a verb that asks",
      "oauth-apps/register-oauth-client": "gives no right: each person decides about the app",
      "invitations/accept-invitation": "the mailed token is the credential",
      "invitations/lookup-invitation": "the mailed token is the credential",
      "triggers/receive-event": "the signature is the credential",
      "sessions/get-installation": "what a sign-in page must know",
      "sessions/get-me": "tells people about themselves",
      "sessions/redeem-sign-in-link": "the link is the credential",
      "sessions/redeem-socket-ticket": "the ticket is the credential",
      "workspaces/create-own-workspace": "any person may, whatever they may elsewhere",
      "workspaces/leave-workspace": "whoever is in may go",
    };
    const called = product
      .filter(({ path }) => /^apps\/(api\/src\/routes|chatbot\/src)\//.test(path))
      .flatMap(({ text }) => ownImports(text));
    const nouns = [...new Set(called.filter((one) => /^core\/[a-z-]+\//.test(one)))].map((one) => one.slice("core/".length));
    const asks = (verb: string) =>
      product.some(({ path, text }) => path === `packages/core/src/${verb}.ts` && (ASKS.test(text) || text.includes("await getRun(")));
    expect(nouns.length).toBeGreaterThan(30);
    expect(nouns.filter((verb) => !asks(verb) && !(verb in OPEN))).toEqual([]);
  });

  test("leave an audit record", () => {
    expect(writers.length).toBeGreaterThan(15);
    expect(writers.filter(({ text }) => !/record(Account)?Audit\(/.test(text)).map(({ path }) => path)).toEqual([]);
  });
});

test("who acts for somebody steps around the wall only where a reason is written down", () => {
  const REASONS: Record<string, string> = {
    "auth/set-credentials": "a way to sign in",
    "core/access/require-step-up": "when the session has last proven who it is",
    "core/accounts/rename-account": "a person has one name in all their workspaces",
    "core/backups/create-backup": "backups are of the installation",
    "core/backups/get-backup-status": "backups are of the installation",
    "core/backups/list-backups": "backups are of the installation",
    "core/backups/release-held-deliveries": "what a restored installation holds back is of all workspaces",
    "core/backups/verify-backup": "backups are of the installation",
    "core/invitations/accept-invitation": "who accepts is in that workspace only afterwards",
    "core/members/list-members": "whether members have a second factor, which belongs to them",
    "core/members/update-member": "whether the member has a second factor",
    "core/oauth-apps/decide-oauth-request": "the person chooses among their workspaces",
    "core/oauth-apps/get-oauth-request": "the person chooses among their workspaces",
    "core/oauth-apps/list-oauth-grants": "apps belong to other workspaces or to none",
    "core/sessions/create-socket-ticket": "a way to sign in",
    "core/sessions/get-me": "whether one has a second factor",
    "core/triggers/replay-trigger-delivery": "whether the person for whom it acts has a second factor",
    "core/triggers/test-trigger": "the way that an event takes which nobody in the workspace sends",
    "core/workers/list-workers": "workers are of the installation; of their runs only the workspace's own are read",
    "core/workspaces/create-own-workspace": "it is not there yet",
    "core/workspaces/list-workspaces": "a person's memberships",
    "core/workspaces/update-workspace": "whether who asks all for a second factor has one",
  };
  const callers = product
    .filter(({ path, text }) => text.includes("acrossWorkspaces(") && !path.endsWith("/access/acting-for.ts"))
    .map(({ path }) =>
      path
        .replace(/^(packages|apps)\//, "")
        .replace("/src/", "/")
        .replace(/\.ts$/, ""),
    );
  expect(callers.toSorted()).toEqual(Object.keys(REASONS));
});

test("SQL stands in repositories, table definitions and platform/database", () => {
  const place =
    /-repository\.ts$|^packages\/db\/|^packages\/platform\/src\/database\/|^packages\/core\/src\/system\.ts$|^packages\/testing\/|^tests\//;
  // It names the driver where the pool becomes the port, and writes no SQL.
  const opensPool = "packages/platform/src/open-system.ts";
  const elsewhere = product.filter(({ path, text }) => /from "drizzle-orm/.test(text) && !place.test(path) && path !== opensPool);
  expect(elsewhere.map(({ path }) => path)).toEqual([]);
});

test("the environment is read in one file", () => {
  const readers = product.filter(
    ({ path, text }) => /^(packages|apps)\//.test(path) && !path.startsWith("packages/testing/") && text.includes("process.env"),
  );
  expect(readers.map(({ path }) => path)).toEqual(["packages/platform/src/config/env.ts"]);
});
