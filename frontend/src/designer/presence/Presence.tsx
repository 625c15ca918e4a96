/** The others who have the workflow open, as initials; pressed, in words. And a newer revision than the one on the screen. */

import { useEffect, useState } from "react";

import { useDesigner } from "../state/store";
import { startPresence, usePresence, type Other } from "./presence";

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const MOST = 3;

export function Presence() {
  const { others, newest } = usePresence();
  const base = useDesigner((state) => state.base.number);
  const me = useDesigner((state) => state.boot.person?.id);
  const [isOpen, setOpen] = useState(false);
  useEffect(startPresence, []);
  const isBehind = newest !== undefined && newest.number > base;
  return (
    <>
      {isBehind ? (
        <span role="status" className="chip chip-retry max-lg:hidden" title="Saving shows what to merge">
          {newest.by} saved r{newest.number}
        </span>
      ) : null}
      {others.length === 0 ? null : (
        <div className="relative" onKeyDown={({ key }) => key === "Escape" && setOpen(false)} onBlur={({ currentTarget, relatedTarget }) => !currentTarget.contains(relatedTarget) && setOpen(false)}>
          <button type="button" className="flex -space-x-1.5 rounded-full" aria-expanded={isOpen} aria-label={`${String(others.length)} more with this open: ${others.map(({ name }) => name).join(", ")}`} onClick={() => setOpen(!isOpen)}>
            {others.slice(0, MOST).map(({ page, name }) => (
              <span key={page} aria-hidden className="size-7 rounded-full bg-run-wash text-run-ink grid place-items-center text-2xs font-semibold ring-1 ring-run-line">
                {initialsOf(name)}
              </span>
            ))}
            {others.length > MOST ? (
              <span aria-hidden className="size-7 rounded-full bg-secondary text-ink-2 grid place-items-center text-2xs ring-1 ring-line-2">
                +{others.length - MOST}
              </span>
            ) : null}
          </button>
          {isOpen ? (
            <ul className="absolute right-0 top-full z-40 mt-1 w-64 rounded-lg bg-base-100 p-2 shadow-float text-s flex flex-col gap-1.5">
              {others.map((other) => (
                <li key={other.page} className="px-1">
                  <span className="font-medium">{other.person === me ? "You, in another window" : other.name}</span>
                  <span className="block text-xs text-ink-2">{wordsOf(other)}</span>
                </li>
              ))}
            </ul>
          ) : null}
        </div>
      )}
    </>
  );
}

function wordsOf({ since, state }: Other): string {
  return `since ${clock.format(new Date(since))}${state === "" ? "" : `, at ${state}`}`;
}

export function initialsOf(name: string): string {
  const words = name.replaceAll(".", " ").split(/\s+/).filter(Boolean).slice(0, 2);
  return words.map((word) => word[0]?.toUpperCase() ?? "").join("") || "?";
}
