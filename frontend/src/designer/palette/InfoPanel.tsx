/** What an item does: documentation, patterns, what it needs, where AWS tells more. At the foot of the palette. */

import { Star, X } from "lucide-react";
import { useEffect, useRef } from "react";

import type { PaletteItem } from "../catalogue/items";
import { toggleFavourite, useRemembered } from "../catalogue/remembered";
import { membersOf, useActionShapes, type ActionShapes } from "../catalogue/shapes";
import { useDesigner } from "../state/store";
import { add, UNSUPPORTED } from "./PaletteItems";

const PATTERN_WORDS: Record<string, string> = { "": "request and response", sync: "run a job", "sync:2": "run a job, output as JSON", waitForTaskToken: "callback" };

export function InfoPanel({ item, onClose }: { item: PaletteItem; onClose: () => void }) {
  const url = useDesigner((state) => state.boot.urls.catalogue);
  const mayDesign = useDesigner((state) => state.boot.permissions.design);
  const favourite = useRemembered(({ favourites }) => favourites.some(({ id }) => id === item.id));
  const { action, problem } = useActionShapes(url, item.resource ?? "");
  const panel = useRef<HTMLElement>(null);
  const came = useRef<Element | null>(null);
  useEffect(() => {
    came.current = document.activeElement;
    panel.current?.focus();
  }, []);
  const close = (): void => {
    onClose();
    if (came.current instanceof HTMLElement) came.current.focus();
  };
  return (
    <section
      ref={panel}
      tabIndex={-1}
      aria-label={`About ${item.title}`}
      className="flex-none max-h-[46%] overflow-y-auto border-t border-base-300 p-3 flex flex-col gap-2 outline-none"
      onKeyDown={(event) => {
        if (event.key !== "Escape" && event.key !== "ArrowLeft") return;
        event.stopPropagation();
        close();
      }}
    >
      <div className="flex items-start gap-1">
        <div className="min-w-0 flex-1">
          <h3 className="text-s font-semibold leading-5">{item.title}</h3>
          <p className="text-2xs text-ink-2">{item.line}</p>
        </div>
        <button type="button" aria-pressed={favourite} aria-label={`${item.title} is a favourite`} title={favourite ? "No longer a favourite" : "Make it a favourite"} className="size-7 grid place-items-center rounded hover:bg-hover text-ink-2" onClick={() => toggleFavourite(item)}>
          <Star size={15} aria-hidden fill={favourite ? "currentColor" : "none"} />
        </button>
        <button type="button" aria-label="Close" className="size-7 grid place-items-center rounded hover:bg-hover text-ink-2" onClick={close}>
          <X size={15} aria-hidden />
        </button>
      </div>
      {item.about === undefined ? null : <p className="text-xs whitespace-pre-line">{item.about}</p>}
      {action === undefined ? null : <Told action={action} />}
      {item.resource !== undefined && action === undefined ? <p className="text-xs text-ink-2">{problem === "" ? "One moment" : problem}</p> : null}
      {mayDesign ? (
        <button type="button" className="btn btn-line btn-sm self-start" onClick={() => add(item)}>
          Add it
        </button>
      ) : null}
    </section>
  );
}

function Told({ action }: { action: ActionShapes }) {
  const required = membersOf(action.input === null ? undefined : action.shapes[action.input]).flatMap(({ name, required: must }) => (must === true ? [name] : []));
  const links = [
    { href: action.url, words: "API reference" },
    { href: action.guide, words: "Developer guide" },
  ].filter(({ href }) => href !== "");
  return (
    <>
      {action.supported ? null : <p className="text-xs text-retry-ink">{UNSUPPORTED}</p>}
      {action.note === "" ? null : <p className="text-xs">{action.note}</p>}
      <p className="text-xs whitespace-pre-line text-ink-2">{action.doc}</p>
      <dl className="grid grid-cols-[3.5rem_minmax(0,1fr)] gap-x-2 gap-y-1 text-xs">
        <dt className="text-ink-2">Needs</dt>
        <dd className="font-mono text-2xs break-words">{required.length === 0 ? "nothing" : required.join(", ")}</dd>
        <dt className="text-ink-2">Calls</dt>
        <dd>{action.patterns.map((pattern) => PATTERN_WORDS[pattern] ?? pattern).join("; ")}</dd>
        {action.errors.length === 0 ? null : (
          <>
            <dt className="text-ink-2">Errors</dt>
            <dd className="[overflow-wrap:anywhere]">{action.errors.join(", ")}</dd>
          </>
        )}
      </dl>
      <p className="flex gap-3 text-xs">
        {links.map(({ href, words }) => (
          <a key={href} href={href} target="_blank" rel="noreferrer" className="underline">
            {words}
          </a>
        ))}
      </p>
    </>
  );
}
