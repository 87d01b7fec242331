import { existsSync, openSync, readdirSync, readFileSync, renameSync, statSync, utimesSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bin, openPhysicalPlace, type PhysicalPlace } from "./physical-place.ts";

const why = "no PostgreSQL with pg_basebackup under /usr/lib/postgresql: install the server's package to run this";
if (!bin) console.warn(`physical backups are not tested: ${why}`);

const SEGMENT = /^[0-9A-F]{24}$/;
const PACKED = /^[0-9A-F]{24}\.gz$/;

describe.skipIf(!bin)(bin ? "physical backups" : `physical backups (${why})`, () => {
  let place: PhysicalPlace;
  const wal = () => readdirSync(join(place.archive, "wal")).toSorted();
  const bases = () => readdirSync(join(place.archive, "base")).toSorted();
  const take = (...more: string[]) => place.must(place.script("base-backup.sh", ["take", ...more]));
  const event = (name: string) => place.sql(`INSERT INTO events VALUES ('${name}')`);
  const inSeconds = (seconds: number) =>
    place.sql(`SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC' + interval '${seconds} s', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`);
  /** The file in which the server writes is full by decree, and has come into the archive. */
  async function archived(): Promise<string> {
    const name = place.sql("SELECT pg_walfile_name(pg_current_wal_lsn())");
    place.sql("SELECT pg_switch_wal()");
    await expect.poll(() => existsSync(join(place.archive, "wal", `${name}.gz`)), { timeout: 20_000 }).toBe(true);
    return name;
  }

  beforeAll(() => {
    place = openPhysicalPlace();
    place.start("data");
    place.sql("CREATE TABLE events (name text)");
  });
  afterAll(() => place[Symbol.dispose]());

  test("a moment comes back: what was committed five seconds before it is there, what came after is not", async () => {
    take();
    event("before");
    const moment = inSeconds(5);
    await sleep(6_000);
    event("after");
    await archived();
    const said = place.must(place.script("recover-to.sh", [moment, "recovered"]));
    expect(said).toContain("recovery stopping before commit");
    // It goes on along a timeline of its own, whose beginning a base brings into the archive; here into another one.
    const elsewhere = { CREW_BACKUP_ARCHIVE: join(place.path, "elsewhere"), PGPORT: "5433" };
    place.must(place.run("mkdir", ["elsewhere"]));
    place.start("recovered", 5433, elsewhere);
    expect(place.sql("SELECT string_agg(name, ',') FROM events", 5433)).toBe("before");
    expect(place.sql("SELECT pg_is_in_recovery(), current_setting('recovery_target_time'), current_setting('archive_mode')", 5433)).toBe(
      "f||on",
    );
    place.must(place.script("base-backup.sh", ["take"], elsewhere));
    place.must(place.script("base-backup.sh", ["verify"], elsewhere));
    place.stop("recovered");
    expect(readdirSync(join(elsewhere.CREW_BACKUP_ARCHIVE, "wal"))).toContain("00000002.history.gz");
    // Not empty: nobody's database is written over.
    expect(place.script("recover-to.sh", [moment, "recovered"])).toMatchObject({ code: 1, err: expect.stringContaining("is not empty") });
  }, 120_000);

  test("a WAL file that is missing is named, and no database comes of it that lacks what was in it", async () => {
    take();
    event("in the file that is lost");
    const lost = await archived();
    event("in the file after it");
    const moment = inSeconds(0);
    event("the one at which a recovery stops");
    await archived();
    renameSync(join(place.archive, "wal", `${lost}.gz`), join(place.path, lost));
    const refused = place.script("recover-to.sh", [moment, "with-a-hole"]);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain(`the WAL file ${lost} is missing`);
    expect(refused.err).toContain("though later ones are there");
    // The check finds it before anybody has to recover.
    const checked = place.script("base-backup.sh", ["verify", bases().at(-1) ?? ""]);
    expect(checked.code).toBe(1);
    expect(checked.err.split("\n").filter((line) => SEGMENT.test(line))).toEqual([lost]);
    renameSync(join(place.path, lost), join(place.archive, "wal", `${lost}.gz`));
    place.must(place.script("recover-to.sh", [moment, "without-a-hole"]));

    const late = place.script("recover-to.sh", ["2999-01-01T00:00:00Z", "too-late"]);
    expect(late).toMatchObject({ code: 1, err: expect.stringContaining("the archive ends before the WAL file ") });
    const early = place.script("recover-to.sh", ["1999-01-01T00:00:00Z", "too-early"]);
    expect(early).toMatchObject({ code: 1, err: expect.stringContaining("no base backup") });
    for (const wrong of ["yesterday", "2026-11-30 22:15:00", "2026-11-30T22:15:00.1'Z", "2026-11-30T22:15:00+01:00"])
      expect(place.script("recover-to.sh", [wrong, "never"]), wrong).toMatchObject({
        code: 1,
        err: expect.stringContaining("is no moment"),
      });
    expect(existsSync(join(place.path, "never"))).toBe(false);
  }, 120_000);

  test("one flipped byte of a base is found, and its file named", () => {
    take();
    const name = bases().at(-1) ?? "";
    const file = place.sql("SELECT pg_relation_filepath('events')");
    const path = join(place.archive, "base", name, file);
    const byte = readFileSync(path)[100] ?? 0;
    writeSync(openSync(path, "r+"), Buffer.from([byte ^ 1]), 0, 1, 100);
    const found = place.script("base-backup.sh", ["verify", name]);
    expect(found.code).toBe(1);
    expect(found.err).toContain(`"${file}"`);
    expect(place.script("recover-to.sh", [inSeconds(0), "damaged", name])).toMatchObject({
      code: 1,
      err: expect.stringContaining(`"${file}"`),
    });
    expect(existsSync(join(place.path, "damaged"))).toBe(false);
    writeSync(openSync(path, "r+"), Buffer.from([byte]), 0, 1, 100);
    place.must(place.script("base-backup.sh", ["verify", name]));
  }, 60_000);

  test("the oldest bases go with the WAL that none of the others needs", async () => {
    event("old");
    await archived();
    const before = wal();
    take("--keep", "2");
    expect(bases()).toHaveLength(2);
    expect(wal().filter((name) => PACKED.test(name)).length).toBeLessThan(before.filter((name) => PACKED.test(name)).length);
    place.must(place.script("base-backup.sh", ["verify"]));
    const moment = inSeconds(0);
    event("the one at which a recovery stops");
    await archived();
    place.must(place.script("recover-to.sh", [moment, "from-the-oldest", bases()[0] ?? ""]));
    for (const keep of ["0", "-1", "many"]) expect(place.script("base-backup.sh", ["take", "--keep", keep]).code, keep).toBe(1);
  }, 120_000);

  test("a server of its own takes one a day: once the newest is a day old, and not before", async () => {
    const had = bases();
    const serving = place.begin("base-backup.sh", ["serve", "--keep", "2"], { CREW_BACKUP_LOOK_SECONDS: "1" });
    await sleep(3_000);
    expect(bases()).toEqual(had);
    const yesterday = new Date(Date.now() - 24 * 3_600_000);
    for (const name of had) utimesSync(join(place.archive, "base", name), yesterday, yesterday);
    await expect.poll(() => bases().at(-1), { timeout: 60_000 }).not.toBe(had.at(-1));
    await expect.poll(() => serving.said(), { timeout: 60_000 }).toMatch(/is taken and checked[\s\S]*is whole, and so is its WAL/);
    const after = bases();
    await sleep(2_500);
    expect(bases()).toEqual(after);
    serving.end();
  }, 150_000);

  test("a file that was cut off early takes little room", async () => {
    const name = await archived();
    expect(statSync(join(place.archive, "wal", `${name}.gz`)).size).toBeLessThan(place.segmentBytes / 10);
  }, 60_000);

  test("where a recovered server has gone another way, one is told how to stay on the way of the base", async () => {
    place.must(place.run("cp", ["elsewhere/wal/00000002.history.gz", join(place.archive, "wal")]));
    const moment = inSeconds(0);
    event("the one at which a recovery stops");
    await archived();
    const refused = place.script("recover-to.sh", [moment, "on-which-way"]);
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining("CREW_RECOVERY_TIMELINE=current") });
    place.must(place.script("recover-to.sh", [moment, "on-its-own-way"], { CREW_RECOVERY_TIMELINE: "current" }));
  }, 60_000);

  test("a file is archived once: again the same is fine, another one under its name is refused, and nothing is half there", () => {
    const file = (name: string, text: string) => {
      writeFileSync(join(place.path, name), text);
      return name;
    };
    const name = "0000000A00000000000000FE";
    const kept = join(place.archive, "wal", `${name}.gz`);
    const archive = (source: string, env?: Record<string, string>) => place.script("archive-wal.sh", [source, name], env);
    expect(archive(file("one", "one")).code).toBe(0);
    const { ino, mtimeMs } = statSync(kept);
    expect(archive("one").code).toBe(0);
    const refused = archive(file("two", "two"));
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining(`${kept} is there already`) });
    expect([gunzipSync(readFileSync(kept)).toString("utf8"), statSync(kept).ino, statSync(kept).mtimeMs]).toEqual(["one", ino, mtimeMs]);
    // What a write that was cut off has left is no obstacle, and no WAL.
    writeFileSync(join(place.archive, "wal", ".0000000A00000000000000FF.partial"), "ha", { mode: 0o666 });
    expect(place.script("archive-wal.sh", ["one", "0000000A00000000000000FF"]).code).toBe(0);
    expect(readdirSync(join(place.archive, "wal")).filter((left) => left.includes("partial"))).toEqual([]);
    const unmounted = archive("one", { CREW_BACKUP_ARCHIVE: join(place.path, "not-mounted") });
    expect(unmounted).toMatchObject({ code: 1, err: expect.stringContaining("is its volume mounted?") });
    expect(existsSync(join(place.path, "not-mounted"))).toBe(false);
    expect(place.script("archive-wal.sh", ["one", "../../etc"])).toMatchObject({
      code: 1,
      err: expect.stringContaining("no name of a WAL file"),
    });
  }, 60_000);

  test.each(["archive-wal.sh", "base-backup.sh", "recover-to.sh"])("%s says how it is used", (name) => {
    const asked = place.script(name, ["--help"]);
    expect([asked.code, asked.err]).toEqual([0, ""]);
    expect(asked.out.split(":")[0]).toBe(name.replace(".sh", ""));
    expect(place.script(name, [])).toMatchObject({ code: 2, err: asked.out });
  });
});
