/** A JSON text, pretty-printed and coloured low in chroma, with its size and a copy button. */
import { Check, Copy } from "lucide-react";
import { memo, useState, type ReactNode } from "react";
import { size } from "./format";

/** Above this, colouring costs more than it helps. */
const COLOURED = 80_000;

export function pretty(text: string): string {
  try {
    return JSON.stringify(unfold(JSON.parse(text)), null, 2);
  } catch {
    return text;
  }
}

/** A Cause is often JSON inside a string: shown as what it is. */
function unfold(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, key === "Cause" && typeof inner === "string" ? parsed(inner) : inner]));
}

function parsed(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\b\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\b|\btrue\b|\bfalse\b|\bnull\b)|([{}[\],])/g;

export function coloured(text: string): ReactNode {
  if (text.length > COLOURED) return text;
  const parts: ReactNode[] = [];
  let from = 0;
  for (const match of text.matchAll(TOKEN)) {
    const [whole, quoted, colon, literal] = match;
    if (match.index > from) parts.push(text.slice(from, match.index));
    from = match.index + whole.length;
    const key = match.index;
    if (quoted !== undefined && colon !== undefined)
      parts.push(<span key={key} className="k">{quoted}</span>, <span key={`${key}:`} className="p">{colon}</span>);
    else if (quoted !== undefined) parts.push(<span key={key} className="s">{quoted}</span>);
    else parts.push(<span key={key} className={literal === undefined ? "p" : "n"}>{whole}</span>);
  }
  parts.push(text.slice(from));
  return parts;
}

interface JsonPaneProps {
  title: string;
  text: string | null;
  note?: string | undefined;
  /** What to say while there is nothing. */
  empty: ReactNode;
  grow?: boolean;
}

export const JsonPane = memo(function JsonPane({ title, text, note, empty, grow = true }: JsonPaneProps) {
  if (text === null)
    return (
      <section aria-label={title} className={`flex min-h-32 min-w-0 flex-col overflow-hidden rounded-lg border border-dashed border-line-2 ${grow ? "flex-1" : ""}`}>
        <header className="flex h-8 flex-none items-center gap-2 px-3">
          <h3 className="text-xs font-medium">{title}</h3>
        </header>
        <div className="grid flex-1 place-items-center px-6 pb-6 text-center">{empty}</div>
      </section>
    );
  const shown = pretty(text);
  return (
    <section aria-label={title} className={`flex min-h-32 min-w-0 flex-col overflow-hidden rounded-lg border border-base-300 bg-base-100 ${grow ? "flex-1" : ""}`}>
      <header className="flex h-8 flex-none items-center gap-2 border-b border-base-300 pr-1 pl-3">
        <h3 className="text-xs font-medium">{title}</h3>
        <span className="num text-2xs text-ink-3">{note ?? size(text)}</span>
        <span className="ml-auto flex">
          <CopyButton text={shown} label={`Copy ${title.toLowerCase()}`} />
        </span>
      </header>
      <pre tabIndex={0} aria-label={title} className="code min-h-0 flex-1 overflow-auto px-3 py-2 text-2xs! leading-[1.125rem]! whitespace-pre-wrap! [overflow-wrap:anywhere]">
        {coloured(shown)}
      </pre>
    </section>
  );
});

export function CopyButton({ text, label }: { text: string; label: string }) {
  const [isCopied, setCopied] = useState(false);
  const copy = (): void => {
    void navigator.clipboard.writeText(text).then(() => {
      setCopied(true);
      setTimeout(() => setCopied(false), 1500);
    });
  };
  return (
    <button type="button" className="btn btn-ghost btn-xs btn-square" aria-label={isCopied ? "Copied" : label} title={isCopied ? "Copied" : label} onClick={copy}>
      {isCopied ? <Check aria-hidden size={13} /> : <Copy aria-hidden size={13} strokeWidth={1.75} />}
    </button>
  );
}
