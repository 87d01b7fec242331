const MOST_CHARACTERS = 1_000;
const DEEPEST = 50;

const CONSTANTS: Readonly<Record<string, number>> = { pi: Math.PI, e: Math.E, tau: 2 * Math.PI };

const FUNCTIONS: Readonly<Record<string, (values: number[]) => number>> = {
  sqrt: (values) => Math.sqrt(one("sqrt", values)),
  abs: (values) => Math.abs(one("abs", values)),
  floor: (values) => Math.floor(one("floor", values)),
  ceil: (values) => Math.ceil(one("ceil", values)),
  round: (values) => {
    const [value = 0, places = 0] = between("round", values, 1, 2);
    if (!Number.isInteger(places) || places < 0 || places > 15) throw new ArithmeticError("round takes 0 to 15 places");
    return roundHalfAway(value, places);
  },
  min: (values) => Math.min(...between("min", values, 1, 100)),
  max: (values) => Math.max(...between("max", values, 1, 100)),
  sum: (values) => sum(between("sum", values, 1, 100)),
  avg: (values) => sum(between("avg", values, 1, 100)) / values.length,
};

/** What is wrong with an expression, in words. */
export class ArithmeticError extends Error {
  override name = "ArithmeticError";
}

/** Value of an expression such as `(2 + 3) * 4 ^ 2`, `15% of 80` or `avg(1, 2, 6)`. Throws `ArithmeticError`. */
export function evaluate(expression: string): number {
  if (expression.length > MOST_CHARACTERS) throw new ArithmeticError(`the expression is longer than ${MOST_CHARACTERS} characters`);
  const tokens = tokensOf(expression);
  if (tokens.length === 0) throw new ArithmeticError("the expression is empty");
  const parser = new Parser(tokens);
  const value = parser.sum();
  parser.expectEnd();
  return finite(value);
}

/** `0.30000000000000004` → `0.3`: fifteen digits, never an exponent where plain digits do. */
export function printNumber(value: number): string {
  const rounded = Number(value.toPrecision(15));
  if (Object.is(rounded, -0)) return "0";
  const text = String(rounded);
  if (!text.includes("e-")) return text;
  return Math.abs(rounded) < 1e-12 ? text : rounded.toFixed(20).replace(/0+$/, "");
}

type Token = { kind: "number"; value: number } | { kind: "name" | "sign"; text: string };

function tokensOf(expression: string): Token[] {
  const text = expression.replaceAll("×", "*").replaceAll("·", "*").replaceAll("÷", "/").replaceAll("−", "-").replaceAll("**", "^");
  const pattern = /\s*(?:(\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?|\.\d+)|([A-Za-z]+)|([-+*/%^(),]))/y;
  const tokens: Token[] = [];
  while (pattern.lastIndex < text.trimEnd().length) {
    const at = pattern.lastIndex;
    const match = pattern.exec(text);
    if (match === null) throw new ArithmeticError(`${JSON.stringify(text.slice(at).trim().slice(0, 10))} is not understood`);
    if (match[1] !== undefined) tokens.push({ kind: "number", value: Number(match[1]) });
    else if (match[2] !== undefined)
      tokens.push(match[2].toLowerCase() === "of" ? { kind: "sign", text: "*" } : { kind: "name", text: match[2].toLowerCase() });
    else tokens.push({ kind: "sign", text: match[3] ?? "" });
  }
  return tokens;
}

/** Recursive descent; each level of brackets, signs and powers counts toward the depth limit. */
class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  sum(): number {
    let value = this.#product();
    for (;;) {
      if (this.#take("+")) value += this.#product();
      else if (this.#take("-")) value -= this.#product();
      else return value;
    }
  }

  expectEnd(): void {
    const token = this.#tokens[this.#at];
    if (token === undefined) return;
    if (token.kind === "sign" && token.text === ",")
      throw new ArithmeticError("write numbers without thousands separators, and decimals with a point");
    throw new ArithmeticError(`${JSON.stringify(token.kind === "number" ? printNumber(token.value) : token.text)} is not expected there`);
  }

  #product(): number {
    let value = this.#signed();
    for (;;) {
      if (this.#take("*")) value *= this.#signed();
      else if (this.#take("/")) value = divide(value, this.#signed());
      else if (this.#take("%")) value = remainder(value, this.#signed());
      else return value;
    }
  }

  /** A sign binds weaker than a power: `-2 ^ 2` is -4. */
  #signed(): number {
    return this.#deeper(() => {
      if (this.#take("-")) return -this.#signed();
      if (this.#take("+")) return this.#signed();
      const base = this.#percent();
      return this.#take("^") ? finite(base ** this.#signed()) : base;
    });
  }

  /** `15%` is 0.15, unless a value follows: `10 % 3` is a remainder. */
  #percent(): number {
    const value = this.#value();
    const next = this.#tokens[this.#at + 1];
    const isRemainder = next !== undefined && (next.kind !== "sign" || next.text === "(");
    if (isRemainder || !this.#take("%")) return value;
    return value / 100;
  }

  #value(): number {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new ArithmeticError("the expression ends too early");
    if (token.kind === "number") return token.value;
    if (token.kind === "name") return this.#named(token.text);
    if (token.text !== "(") throw new ArithmeticError(`${JSON.stringify(token.text)} is not expected there`);
    const value = this.#deeper(() => this.sum());
    this.#expect(")");
    return value;
  }

  #named(name: string): number {
    if (Object.hasOwn(CONSTANTS, name)) return CONSTANTS[name] ?? 0;
    const work = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
    if (work === undefined) {
      throw new ArithmeticError(
        `"${name}" is not known; functions: ${Object.keys(FUNCTIONS).join(", ")}; constants: ${Object.keys(CONSTANTS).join(", ")}`,
      );
    }
    this.#expect("(");
    const values = this.#deeper(() => {
      const list = [this.sum()];
      while (this.#take(",")) list.push(this.sum());
      return list;
    });
    this.#expect(")");
    return finite(work(values));
  }

  #take(sign: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== "sign" || token.text !== sign) return false;
    this.#at += 1;
    return true;
  }

  #expect(sign: string): void {
    if (!this.#take(sign)) throw new ArithmeticError(`"${sign}" is missing`);
  }

  #deeper<T>(work: () => T): T {
    if (++this.#depth > DEEPEST) throw new ArithmeticError(`the expression is nested deeper than ${DEEPEST} levels`);
    const result = work();
    this.#depth -= 1;
    return result;
  }
}

function divide(a: number, b: number): number {
  if (b === 0) throw new ArithmeticError("division by zero");
  return a / b;
}

function remainder(a: number, b: number): number {
  if (b === 0) throw new ArithmeticError("division by zero");
  return a % b;
}

function finite(value: number): number {
  if (Number.isNaN(value)) throw new ArithmeticError("the result is not a real number");
  if (!Number.isFinite(value)) throw new ArithmeticError("the result is too large");
  return value;
}

function between(name: string, values: number[], least: number, most: number): number[] {
  if (values.length < least || values.length > most) throw new ArithmeticError(`${name} takes ${least} to ${most} values`);
  return values;
}

function one(name: string, values: number[]): number {
  if (values.length !== 1 || values[0] === undefined) throw new ArithmeticError(`${name} takes one value`);
  return values[0];
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Half away from zero, as people round, on the decimal digits: 1.005 to two places is 1.01. */
function roundHalfAway(value: number, places: number): number {
  const text = Math.abs(value).toPrecision(15);
  const [digits = "0", exponent = "0"] = text.split("e");
  const shifted = Math.round(Number(`${digits}e${Number(exponent) + places}`));
  const [whole = "0", power = "0"] = String(shifted).split("e");
  return Math.sign(value) * Number(`${whole}e${Number(power) - places}`);
}
