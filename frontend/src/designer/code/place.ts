/**
 * Where the cursor stands in a definition that is being typed, and may be broken anywhere: the objects and arrays around
 * it, what their members are so far, and whether a name or a value belongs here.
 *
 * A text that isn't closed ends with its line, so that one missing quote doesn't swallow the rest.
 */

export interface Around {
  kind: "object" | "array";
  /** Its name or index in what is around it; "" for the whole document. */
  token: string;
  /** The members of an object with the texts that they hold; undefined for values that aren't texts. */
  members: Map<string, string | undefined>;
}

export interface Place {
  /** Outermost first. */
  around: Around[];
  expects: "key" | "value" | "nothing";
  /** For a value: the member's name, or the index in an array. */
  token: string;
  /** The text or word at the cursor: it begins and ends here, quotes included. */
  from: number;
  to: number;
  /** Of that text what stands before the cursor, without its quote and escapes. */
  typed: string;
  /** All of it. */
  whole: string;
  isText: boolean;
}

interface Open extends Around {
  from: number;
  count: number;
  key: string | undefined;
  /** After a name: a value belongs here, until it has one. What follows then is a new member whose comma is missing. */
  afterColon: boolean;
  hasValue: boolean;
}

const TEXT = /"(?:[^"\\\n]|\\.)*("|(?=\n)|$)/y;
const WORD = /[A-Za-z0-9_.+-]+/y;

export function unquoted(raw: string): string {
  const closed = /^"(?:[^"\\]|\\.)*"$/.test(raw);
  try {
    return JSON.parse(closed ? raw : `${raw.replace(/\\$/, "")}"`) as string;
  } catch {
    return raw.replace(/^"|"$/g, "");
  }
}

class Scan {
  readonly open: Open[] = [];
  found: Place | undefined;
  private foundIn: Open[] = [];

  constructor(
    private readonly text: string,
    private readonly position: number,
  ) {}

  run(): Place {
    let at = 0;
    while (at < this.text.length) {
      if (this.found === undefined && at >= this.position) this.hereBetween();
      at = this.step(at);
    }
    if (this.found === undefined) this.hereBetween();
    const place = this.found as unknown as Place;
    return { ...place, around: this.foundIn };
  }

  private get inner(): Open | undefined {
    return this.open.at(-1);
  }

  private step(at: number): number {
    const char = this.text.charAt(at);
    if (char === '"') return this.textOrWord(at, TEXT);
    if (/[A-Za-z0-9_+-]/.test(char)) return this.textOrWord(at, WORD);
    if (char === "{" || char === "[") this.begin(char === "{" ? "object" : "array", at);
    else if (char === "}" || char === "]") this.end();
    else if (char === ":" && this.inner !== undefined) this.inner.afterColon = true;
    else if (char === "," && this.inner !== undefined) this.next(this.inner);
    return at + 1;
  }

  private begin(kind: Open["kind"], from: number): void {
    if (this.inner?.kind === "object" && this.inner.hasValue) this.next(this.inner);
    const token = this.token();
    if (this.inner?.kind === "object" && this.inner.key !== undefined) this.inner.members.set(this.inner.key, undefined);
    this.open.push({ kind, token, members: new Map(), from, count: 0, key: undefined, afterColon: false, hasValue: false });
  }

  private end(): void {
    // What is around a place that was found is complete only once its end was seen: the objects stay the same.
    this.open.pop();
    if (this.inner !== undefined) this.inner.hasValue = true;
  }

  private next(inner: Open): void {
    inner.key = undefined;
    inner.afterColon = false;
    inner.hasValue = false;
    inner.count += 1;
  }

  private token(): string {
    const inner = this.inner;
    if (inner === undefined) return "";
    return inner.kind === "array" ? String(inner.count) : (inner.key ?? "");
  }

  private expects(): Place["expects"] {
    const inner = this.inner;
    if (inner === undefined) return "nothing";
    return inner.kind === "array" || (inner.afterColon && !inner.hasValue) ? "value" : "key";
  }

  private textOrWord(at: number, pattern: RegExp): number {
    pattern.lastIndex = at;
    const raw = pattern.exec(this.text)?.[0] ?? this.text.charAt(at);
    const isText = pattern === TEXT;
    const inner = this.inner;
    if (inner?.kind === "object" && inner.hasValue) this.next(inner);
    const isClosed = isText && raw.length > 1 && raw.endsWith('"');
    const end = at + raw.length;
    const isHere = isText ? this.position > at && (isClosed ? this.position < end : this.position <= end) : this.position > at && this.position <= end;
    const value = isText ? unquoted(raw) : raw;
    if (isHere && this.found === undefined) {
      // A text without its end reaches to the cursor: what follows on the line is other text.
      const to = isText && !isClosed ? this.position : end;
      const typed = isText ? unquoted(this.text.slice(at, this.position)) : this.text.slice(at, this.position);
      this.keep({ from: at, to, typed, whole: isText && !isClosed ? typed : value, isText });
    }
    if (inner?.kind === "object") {
      if (!inner.afterColon) inner.key = value;
      else {
        if (inner.key !== undefined) inner.members.set(inner.key, isText ? value : undefined);
        inner.hasValue = true;
      }
    }
    return Math.max(end, at + 1);
  }

  private hereBetween(): void {
    this.keep({ from: this.position, to: this.position, typed: "", whole: "", isText: false });
  }

  private keep(here: Pick<Place, "from" | "to" | "typed" | "whole" | "isText">): void {
    this.foundIn = [...this.open];
    this.found = { around: [], expects: this.expects(), token: this.token(), ...here };
  }
}

export function placeAt(text: string, position: number): Place {
  return new Scan(text, position).run();
}

/** The tokens that lead to the object around the cursor, as in a JSON Pointer. */
export function tokensAround(place: Place): string[] {
  return place.around.slice(1).map(({ token }) => token);
}
