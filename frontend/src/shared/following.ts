/** Keeps a shared run's page up to date while the run goes on: asked every few seconds, never while nobody looks. */
import { Idiomorph } from "idiomorph";
import type { Marks } from "./Drawing";

interface News {
  nodes: Marks;
  /** What stands above and under the drawing, as the server writes it. */
  headline: string;
  html: string;
  over: boolean;
}

const EVERY = 3000;
const LONGEST = 60_000;

export function followRun(url: string, onNodes: (nodes: Marks) => void): void {
  let pause = EVERY;
  const ask = async (): Promise<void> => {
    if (document.hidden) return again();
    const response = await fetch(url, { headers: { Accept: "application/json" } }).catch(() => null);
    // The link was revoked, or is over: the page says so.
    if (response?.status === 404) return window.location.reload();
    // Too many requests, or nobody answers: ever more seldom.
    pause = response?.ok === true ? EVERY : Math.min(LONGEST, pause * 2);
    if (response?.ok === true) {
      const { nodes, headline, html, over } = (await response.json()) as News;
      onNodes(nodes);
      write("[data-shared-headline]", headline);
      write("[data-shared-run]", html);
      // The page's times are written in the reader's zone.
      document.dispatchEvent(new CustomEvent("callboard:rows"));
      if (over) return;
    }
    again();
  };
  const again = (): void => {
    setTimeout(() => void ask(), pause);
  };
  again();
}

function write(selector: string, html: string): void {
  const place = document.querySelector(selector);
  if (place !== null) void Idiomorph.morph(place, html, { morphStyle: "innerHTML" });
}
