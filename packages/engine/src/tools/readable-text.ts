/** Elements whose content is never text for a reader. */
const SILENT = ["script", "style", "noscript", "template", "svg", "math", "iframe", "object", "canvas", "head", "select", "textarea"];
const BLOCKS = new Set(
  "address article aside blockquote body br dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section summary table tbody tfoot thead tr ul".split(
    " ",
  ),
);
const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
  ndash: "–",
  mdash: "—",
  hellip: "…",
  lsquo: "‘",
  rsquo: "’",
  sbquo: "‚",
  ldquo: "“",
  rdquo: "”",
  bdquo: "„",
  laquo: "«",
  raquo: "»",
  bull: "•",
  middot: "·",
  copy: "©",
  reg: "®",
  trade: "™",
  euro: "€",
  pound: "£",
  yen: "¥",
  cent: "¢",
  sect: "§",
  para: "¶",
  deg: "°",
  plusmn: "±",
  times: "×",
  divide: "÷",
  frac12: "½",
  frac14: "¼",
  sup2: "²",
  sup3: "³",
  micro: "µ",
  shy: "",
  zwnj: "",
  zwj: "",
  ensp: " ",
  emsp: " ",
  thinsp: " ",
  larr: "←",
  rarr: "→",
  uarr: "↑",
  darr: "↓",
  auml: "ä",
  ouml: "ö",
  uuml: "ü",
  Auml: "Ä",
  Ouml: "Ö",
  Uuml: "Ü",
  szlig: "ß",
  eacute: "é",
  egrave: "è",
  ecirc: "ê",
  agrave: "à",
  aacute: "á",
  acirc: "â",
  ccedil: "ç",
  ntilde: "ñ",
  oacute: "ó",
  uacute: "ú",
  iacute: "í",
  aring: "å",
  oslash: "ø",
  aelig: "æ",
};

/** Text of a page as Markdown-like lines: headings, list items and paragraphs stay apart, links keep their words. */
export function readableText(html: string): { title: string; text: string } {
  const title = /<title[^>]{0,200}>([^<]{0,500})/i.exec(html.slice(0, 100_000))?.[1] ?? "";
  const pieces: string[] = [];
  let silent: string | null = null;
  for (const token of tokensOf(html)) {
    if (token.kind === "text") {
      if (silent === null) pieces.push(decodeEntities(token.text).replace(/\s+/g, " "));
    } else if (silent !== null) {
      // A `<body>` ends a head whose end tag was left out.
      if ((token.isEnd && token.name === silent) || (silent === "head" && token.name === "body")) silent = null;
    } else if (!token.isEnd && SILENT.includes(token.name)) {
      silent = token.isEmpty ? null : token.name;
    } else {
      pieces.push(markOf(token.name, token.isEnd));
    }
  }
  return { title: decodeEntities(title).replace(/\s+/g, " ").trim(), text: tidyLines(pieces.join("")) };
}

type Token = { kind: "text"; text: string } | { kind: "tag"; name: string; isEnd: boolean; isEmpty: boolean };

/** One pass with `indexOf`, so that no page can make it slow. */
function* tokensOf(html: string): Generator<Token> {
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf("<", at);
    if (open < 0) {
      yield { kind: "text", text: html.slice(at) };
      return;
    }
    if (open > at) yield { kind: "text", text: html.slice(at, open) };
    if (html.startsWith("<!--", open)) {
      const end = html.indexOf("-->", open + 4);
      at = end < 0 ? html.length : end + 3;
      continue;
    }
    const name = /^<\/?([a-zA-Z][a-zA-Z0-9-]{0,30})/.exec(html.slice(open, open + 40));
    if (name === null) {
      const isDeclaration = html[open + 1] === "!" || html[open + 1] === "?";
      const end = isDeclaration ? html.indexOf(">", open) : -1;
      if (!isDeclaration) yield { kind: "text", text: "<" };
      at = isDeclaration ? (end < 0 ? html.length : end + 1) : open + 1;
      continue;
    }
    const close = endOfTag(html, open + name[0].length);
    const tag = (name[1] ?? "").toLowerCase();
    const isEnd = html[open + 1] === "/";
    yield { kind: "tag", name: tag, isEnd, isEmpty: html[close - 1] === "/" };
    at = close + 1;
    if (!isEnd && (tag === "script" || tag === "style")) {
      // Raw text: a `<` inside is no tag.
      const end = indexOfEndTag(html, tag, at);
      at = end < 0 ? html.length : end;
    }
  }
}

function indexOfEndTag(html: string, tag: string, from: number): number {
  const pattern = tag === "script" ? /<\/script/gi : /<\/style/gi;
  pattern.lastIndex = from;
  return pattern.exec(html)?.index ?? -1;
}

/** Position of the `>` that ends a tag; one inside a quoted attribute does not. */
function endOfTag(html: string, from: number): number {
  let quote = "";
  const limit = Math.min(html.length, from + 20_000);
  for (let at = from; at < limit; at++) {
    const character = html[at] ?? "";
    if (quote !== "") {
      if (character === quote) quote = "";
    } else if ((character === '"' || character === "'") && html[at - 1] === "=") quote = character;
    else if (character === ">") return at;
  }
  // A quote that never closes: end at the first `>` after all.
  const end = html.indexOf(">", from);
  return end < 0 ? html.length : end;
}

function markOf(name: string, isEnd: boolean): string {
  if (/^h[1-6]$/.test(name)) return isEnd ? "\n\n" : `\n\n${"#".repeat(Number(name[1]))} `;
  if (name === "li") return isEnd ? "" : "\n- ";
  if (name === "td" || name === "th") return isEnd ? " | " : "";
  if (name === "br" || name === "tr") return "\n";
  return BLOCKS.has(name) ? "\n\n" : "";
}

function tidyLines(text: string): string {
  const lines: string[] = [];
  for (const raw of text.split("\n")) {
    let line = raw.replace(/[ \t\u00a0]+/g, " ").trim();
    while (line.endsWith(" |")) line = line.slice(0, -2);
    if (/^(?:#+|-|\|)$/.test(line)) line = "";
    if (line !== "" || (lines.length > 0 && lines.at(-1) !== "")) lines.push(line);
  }
  return lines.join("\n").trim();
}

export function decodeEntities(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-zA-Z][a-zA-Z0-9]{1,8}));/g, (whole, decimal, hex, name) => {
    if (name !== undefined) return Object.hasOwn(ENTITIES, name) ? (ENTITIES[name] ?? whole) : whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    const isCharacter = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
    return isCharacter ? String.fromCodePoint(code) : "\ufffd";
  });
}
