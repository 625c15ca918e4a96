/** Who else has the workflow open, and that somebody saved it meanwhile. */

import { create } from "zustand";

import { listen } from "../../shell/socket";
import { selectedState } from "../state/derive";
import { useDesigner } from "../state/store";

export interface Other {
  /** One open page; a person may have several. */
  page: string;
  person: number;
  name: string;
  since: string;
  /** The state that is selected there; "" for none. */
  state: string;
}

interface Heard extends Other {
  heard: number;
}

interface PresenceState {
  others: readonly Heard[];
  /** The newest revision that somebody saved while this page was open. */
  newest: { number: number; by: string } | undefined;
}

type Message = ({ type: "here" } & Other) | { type: "gone"; page: string } | { type: "saved"; number: number; by: string };

export const usePresence = create<PresenceState>(() => ({ others: [], newest: undefined }));

/** Milliseconds of silence after which a page is gone: three times what it says itself. */
const SILENCE = 45_000;

export function hear(message: Message, now = Date.now()): void {
  usePresence.setState(({ others, newest }) => {
    const loud = others.filter(({ heard }) => now - heard < SILENCE);
    switch (message.type) {
      case "here": {
        const { page, person, name, since, state } = message;
        const rest = loud.filter((other) => other.page !== page);
        return { others: [...rest, { page, person, name, since, state, heard: now }].sort((a, b) => a.since.localeCompare(b.since)) };
      }
      case "gone":
        return { others: loud.filter(({ page }) => page !== message.page) };
      case "saved":
        return { others: loud, newest: newest !== undefined && newest.number > message.number ? newest : { number: message.number, by: message.by } };
    }
  });
}

export function forgetSilent(now = Date.now()): void {
  const { others } = usePresence.getState();
  const loud = others.filter(({ heard }) => now - heard < SILENCE);
  if (loud.length !== others.length) usePresence.setState({ others: loud });
}

/** Once a page. */
export function startPresence(): void {
  const path = useDesigner.getState().boot.urls.presence;
  if (path === undefined) return;
  const selected = (): string => selectedState(useDesigner.getState())?.name ?? "";
  const say = listen(path, (message) => hear(message as Message), () => say({ state: selected() }));
  let said = "";
  let timer: ReturnType<typeof setTimeout> | undefined;
  useDesigner.subscribe((state, before) => {
    if (state.selection === before.selection) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      const name = selected();
      if (name !== said) say({ state: (said = name) });
    }, 400);
  });
  setInterval(forgetSilent, SILENCE / 3);
}
