import type { ActionItem } from "./action-items.ts";
import { compareTexts } from "./compare-texts.ts";
import type { ExpectedForm } from "./expected-form.ts";
import { NONE_FOUND } from "./text-units.ts";
import { actionsIn, answersIn, figuresOf, namesIn, type Reading, unitsFor } from "./topic-findings.ts";
import { type Topic, topicOf } from "./topic-words.ts";
import { pickUnits, type RankedUnit } from "./unit-ranking.ts";

const USUAL_COUNT = 6;

/** Writes what was found in the form that was asked for. */
export function composeAnswer(form: ExpectedForm, reading: Reading, results: readonly string[]): string {
  if (form.shape === "json") return composeJson(form, reading);
  if (form.shape === "table") return composeTable(form, reading);
  const body = form.shape === "mail" ? composeMail(form, reading) : composeDocument(form, reading);
  return [...results.map((result) => `**${result}**`), body].filter((part) => part !== "").join("\n\n");
}

function composeDocument(form: ExpectedForm, reading: Reading): string {
  const sections = form.topics.filter(({ topic }) => topic !== "headline");
  const parts: string[] = [];
  if (form.topics.some(({ topic }) => topic === "headline")) parts.push(`# ${headline(reading)}`);
  const shown = new Set<string>();
  for (const { topic, count } of sections) {
    const text = sectionText(topic, count, form, reading, shown);
    if (sections.length > 1 || parts.length > 0) parts.push(`## ${topicOf(topic).title}\n\n${text}`);
    else parts.push(text);
  }
  return parts.join("\n\n");
}

/** `shown` keeps a sentence from standing in two sections, as long as another one fits. */
function sectionText(topic: Topic, count: number | null, form: ExpectedForm, reading: Reading, shown: Set<string>): string {
  const most = count ?? USUAL_COUNT;
  if (topic === "actions") return listActions(actionsIn(reading).slice(0, count ?? 20));
  if (topic === "names")
    return (
      list(
        namesIn(reading, count ?? 10).map(({ name, count: times }) => `${name} (${times}×)`),
        form.isNumbered,
      ) || none(topic)
    );
  if (topic === "headings") return list(reading.headings.slice(0, 40), form.isNumbered) || none(topic);
  if (topic === "common" || topic === "differences") return comparisonText(topic, most, reading);
  if (topic === "answers") {
    const pairs = answersIn(reading, count ?? 5);
    return pairs.length === 0 ? none(topic) : pairs.map(({ question, answer }) => `**Q: ${question}**\n\nA: ${answer}`).join("\n\n");
  }
  const isSummary = topic === "summary";
  const isProse = isSummary || (form.isProse && form.topics.length === 1);
  const words = isProse ? (form.words ?? (form.sentences === null ? 80 : 2_000)) : undefined;
  const fresh = { ...reading, units: reading.units.filter((unit) => !shown.has(unit.text)) };
  const limits = { count: isProse ? (form.sentences ?? (form.words === null ? 5 : 400)) : most, words };
  const units = unitsFor(topic, ["figures", "risks", "decisions", "recommendations"].includes(topic) ? reading : fresh, limits);
  for (const unit of units) shown.add(unit.text);
  if (units.length === 0) return none(topic);
  if (isProse) return units.map((unit) => asSentence(unit.text)).join(" ");
  const lines = units.map((unit) => (topic === "figures" ? withFigures(unit.text) : withoutMark(unit.text)));
  return list(lines, form.isNumbered);
}

function composeMail(form: ExpectedForm, reading: Reading): string {
  const sections = form.topics.filter(({ topic }) => topic !== "headline" && !(topic === "summary" && form.topics.length > 1));
  const shown = new Set<string>();
  const parts = sections.flatMap(({ topic, count }) => {
    const text = sectionText(topic, count, { ...form, isProse: false }, reading, shown);
    if (text === none(topic)) return [];
    return topic === "summary" ? [text] : [`**${topicOf(topic).title}**\n\n${text}`];
  });
  if (parts.length === 0) parts.push(sectionText("points", null, form, reading, shown));
  return [`Subject: ${mailSubject(reading)}`, "Hello everyone,", ...parts, "Kind regards"].join("\n\n");
}

/** The title of what was given, else the first decision. */
function mailSubject(reading: Reading): string {
  const decision = unitsFor("decisions", reading, { count: 3 }).find((unit) => unit.text.length <= 90);
  const hasTitle = reading.materials.some(({ kind }) => kind !== "earlier") && reading.headings.length > 0;
  return hasTitle || decision === undefined ? headline(reading) : withoutMark(decision.text).replace(/[.:;]$/, "");
}

function composeJson(form: ExpectedForm, reading: Reading): string {
  const fields = form.fields.length > 0 ? form.fields : form.topics.map(({ topic }) => (topic === "actions" ? "action_items" : topic));
  const value = Object.fromEntries(fields.map((field) => [field, fieldValue(field, form, reading)]));
  return JSON.stringify(value, null, 2);
}

function fieldValue(field: string, form: ExpectedForm, reading: Reading): unknown {
  const words = field
    .replace(/[_-]/g, " ")
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase();
  const count = form.topics.find((one) => one.count !== null)?.count ?? USUAL_COUNT;
  if (/\b(?:title|headline|subject|heading)\b/.test(words)) return headline(reading);
  if (/\b(?:actions?|action items|todos?|tasks|next steps)\b/.test(words)) return actionsIn(reading);
  if (/\b(?:names|people|persons|organi[sz]ations|companies|entities|participants)\b/.test(words))
    return namesIn(reading, 10).map(({ name }) => name);
  if (/\b(?:sources?|documents?)\b/.test(words)) return reading.materials.map(({ label }) => label);
  if (/\b(?:figures|numbers|metrics|statistics|amounts)\b/.test(words)) {
    return unitsFor("figures", reading, { count }).map((unit) => ({ figures: figuresOf(unit.text), sentence: unit.text }));
  }
  if (/\bcount\b/.test(words)) return reading.units.length;
  for (const topic of ["decisions", "risks", "benefits", "questions", "dates", "recommendations"] as const) {
    if (topicOf(topic).asked.test(words)) return unitsFor(topic, reading, { count }).map((unit) => unit.text);
  }
  if (/s$|list|points/.test(words) && !/\b(?:analysis|status|basis|synopsis)\b/.test(words))
    return pickUnits(reading.units, { count }).map((unit) => unit.text);
  return pickUnits(reading.units, { count: 3, words: form.words ?? 70 })
    .map((unit) => asSentence(unit.text))
    .join(" ");
}

function composeTable(form: ExpectedForm, reading: Reading): string {
  const topic = form.topics.find((one) => one.topic !== "headline") ?? { topic: "points" as const, count: null };
  const isAction = topic.topic === "actions" || form.fields.some((field) => /owner|assignee|who\b|responsible/i.test(field));
  const items = isAction ? actionsIn(reading).slice(0, topic.count ?? 40) : [];
  if (isAction) {
    if (items.length === 0) return none("actions");
    const columns = form.fields.length > 0 ? form.fields : ["Action item", "Owner", "Due"];
    return table(
      columns,
      items.map((item) => columns.map((column) => actionCell(column, item))),
    );
  }
  const most = topic.count ?? 8;
  if (topic.topic === "figures") {
    const units = unitsFor("figures", reading, { count: most });
    return units.length === 0
      ? none("figures")
      : table(
          ["Figure", "What the text says"],
          units.map((unit) => [figuresOf(unit.text).join(", "), unit.text]),
        );
  }
  if (topic.topic === "common" || topic.topic === "differences") return comparisonText(topic.topic, most, reading);
  const units = unitsFor(topic.topic, reading, { count: most });
  if (units.length === 0) return none(topic.topic);
  const hasSources = reading.materials.length > 1;
  const title = topicOf(topic.topic).title;
  const rows = units.map((unit) => [
    unit.text,
    ...(hasSources ? [reading.materials[unit.material]?.label ?? ""] : unit.heading === "" ? [""] : [unit.heading]),
  ]);
  const hasSecond = rows.some((row) => row[1] !== "");
  return table(hasSecond ? [title, hasSources ? "Source" : "Section"] : [title], hasSecond ? rows : rows.map((row) => row.slice(0, 1)));
}

function actionCell(column: string, item: ActionItem): string {
  if (/owner|who|assignee|responsible|person|name/i.test(column)) return item.owner ?? "–";
  if (/due|date|when|deadline|by/i.test(column)) return item.due ?? "–";
  if (/task|action|what|item|to-?do|step|description/i.test(column)) return item.what;
  return "–";
}

function listActions(items: readonly ActionItem[]): string {
  if (items.length === 0) return none("actions");
  return items.map(({ what, owner, due }) => `- [ ] ${what} — owner: ${owner ?? "not named"}; due: ${due ?? "not named"}`).join("\n");
}

/** The first heading of a text, else its best short sentence. */
export function headline(reading: Reading): string {
  const first = reading.headings.find(
    (heading) => heading.length > 8 && !Object.values(["summary", "notes"]).includes(heading.toLowerCase()),
  );
  const isOwn =
    first !== undefined && /^(?:Decisions|Action items|Figures|Key points|Risks|Summary|Open questions|Benefits|Dates|Names)$/.test(first);
  if (first !== undefined && !isOwn) return first;
  const short = reading.units.filter((unit) => unit.text.length <= 110 && unit.text.length >= 15);
  const best = pickUnits(short.length > 0 ? short : reading.units, { count: 1 })[0]?.text ?? "";
  const title = withoutMark(best);
  return (title.length > 110 ? `${title.slice(0, title.lastIndexOf(" ", 100))} …` : title).replace(/[.:;]$/, "");
}

function comparisonText(topic: "common" | "differences", count: number, reading: Reading): string {
  const comparison = compareTexts(reading);
  if (comparison === null) return "Comparing takes two texts; only one was given.";
  if (topic === "common")
    return (
      list(
        pickUnits(comparison.common, { count }).map((unit) => unit.text),
        false,
      ) || "No sentence says the same in both texts."
    );
  const label = (unit: RankedUnit | undefined) => (unit === undefined ? "" : (reading.materials[unit.material]?.label ?? ""));
  const pairs = comparison.pairs.slice(0, count);
  const parts: string[] = [];
  const first = pairs[0];
  if (first !== undefined)
    parts.push(
      table(
        [label(first[0]), label(first[1])],
        pairs.map((pair) => pair.map((unit) => unit.text)),
      ),
    );
  for (const material of new Set(comparison.only.map((unit) => unit.material))) {
    const units = pickUnits(
      comparison.only.filter((unit) => unit.material === material),
      { count: Math.max(2, Math.ceil(count / 2)) },
    );
    parts.push(
      `Only in ${label(units[0])}:\n\n${list(
        units.map((unit) => unit.text),
        false,
      )}`,
    );
  }
  return parts.join("\n\n") || "The texts say the same.";
}

/** `Decision: we wait` → `We wait`: the heading above says it already. */
function withoutMark(text: string): string {
  const plain = text.replace(/^(?:decision|decided|risk|open question|question|note|fact|recommendation|problem)\s*:\s*/i, "");
  return plain === text ? text : plain.charAt(0).toUpperCase() + plain.slice(1);
}

function withFigures(text: string): string {
  const figures = figuresOf(text).slice(0, 3);
  return `**${figures.join(", ")}** — ${text}`;
}

function list(lines: readonly string[], isNumbered: boolean): string {
  return lines.map((line, index) => `${isNumbered ? `${index + 1}.` : "-"} ${line}`).join("\n");
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [
    line(columns.map((name) => name.charAt(0).toUpperCase() + name.slice(1))),
    line(columns.map(() => "---")),
    ...rows.map(line),
  ].join("\n");
}

function asSentence(text: string): string {
  return /[.!?…。！？:"”»)]$/u.test(text) ? text : `${text}.`;
}

function none(topic: Topic): string {
  const { title } = topicOf(topic);
  return `${NONE_FOUND} ${title === "" ? "headline" : title.toLowerCase()}.`;
}
