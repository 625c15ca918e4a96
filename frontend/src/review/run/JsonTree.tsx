/** A JSON text as a compact tree: a line for each member, opened by hand below the second level. */
import { memo, useMemo } from "react";

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** Of one list or object; more would be slow to open, and nobody reads them here. */
const MOST = 200;
/** Characters of a string that stand in its line. */
const SHORT = 240;
const OPEN_BELOW = 2;

export const JsonTree = memo(function JsonTree({ text }: { text: string }) {
  const value = useMemo(() => parsed(text), [text]);
  if (value === undefined) return <p className="code text-2xs! [overflow-wrap:anywhere] whitespace-pre-wrap!">{text.slice(0, SHORT)}… (cut short in the history)</p>;
  return (
    <div className="code text-2xs! leading-[1.125rem]! mt-1 whitespace-normal! [overflow-wrap:anywhere]">
      <Member value={value} depth={0} />
    </div>
  );
});

function Member({ name, value, depth }: { name?: string; value: Json; depth: number }) {
  const label = name === undefined ? null : <span className="k">{name}: </span>;
  if (typeof value !== "object" || value === null || sizeOf(value) === 0)
    return (
      <div>
        {label}
        <Leaf value={value} />
      </div>
    );
  const members = entriesOf(value);
  const children = (
    <>
      {members.slice(0, MOST).map(([key, inner]) => (
        <Member key={key} name={key} value={inner} depth={depth + 1} />
      ))}
      {members.length > MOST && <div className="text-ink-3">{(members.length - MOST).toLocaleString()} more</div>}
    </>
  );
  if (name === undefined) return children;
  return (
    <details open={depth < OPEN_BELOW}>
      <summary className="cursor-pointer rounded-sm hover:bg-hover">
        {label}
        <span className="p">{Array.isArray(value) ? `[${String(members.length)}]` : `{${String(members.length)}}`}</span>
      </summary>
      <div className="border-l border-base-300 pl-3">{children}</div>
    </details>
  );
}

function Leaf({ value }: { value: Json }) {
  if (typeof value !== "string") return <span className={value === null || typeof value !== "object" ? "n" : "p"}>{JSON.stringify(value)}</span>;
  if (value.length <= SHORT) return <span className="s whitespace-pre-wrap!">{value}</span>;
  return (
    <details className="inline">
      <summary className="s inline cursor-pointer">
        {value.slice(0, SHORT)}… <span className="text-ink-3">all {value.length.toLocaleString()} characters</span>
      </summary>
      <div className="s mt-1 border-l border-base-300 pl-3 whitespace-pre-wrap!">{value}</div>
    </details>
  );
}

function entriesOf(value: readonly Json[] | { readonly [name: string]: Json }): [string, Json][] {
  return Object.entries(value);
}

function sizeOf(value: object): number {
  return Object.keys(value).length;
}

/** undefined where the history holds only its beginning. */
function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
