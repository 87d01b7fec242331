import { createHash, randomBytes } from "node:crypto";

const COUNT = 10;
/** 120 bits each: too many to guess or to try, so that a plain hash keeps them (ASVS asks for 112). */
const BYTES = 15;
const LENGTH = 24;

/** Crockford's base 32: no letter that is read as a digit. */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** Ten codes in six groups of four. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: COUNT }, () => {
    let value = BigInt(`0x${randomBytes(BYTES).toString("hex")}`);
    let text = "";
    for (let i = 0; i < LENGTH; i++) {
      text = ALPHABET[Number(value & 31n)] + text;
      value >>= 5n;
    }
    return text.replace(/(.{4})(?=.)/g, "$1-");
  });
}

/** The hash under which a code is kept; however it was typed. `undefined` for what cannot be one. */
export function recoveryCodeHash(typed: string): Buffer | undefined {
  const code = typed.toLowerCase().replace(/[\s-]/g, "").replaceAll("o", "0").replace(/[il]/g, "1");
  if (code.length !== LENGTH || [...code].some((character) => !ALPHABET.includes(character))) return undefined;
  return createHash("sha256").update(`crew recovery code\0${code}`).digest();
}
