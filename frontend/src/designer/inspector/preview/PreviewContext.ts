/** Which state the fields around belong to, so that each finds its own preview. */

import { createContext, useContext, useEffect } from "react";

import { child, stringOf } from "../../../asl/document";
import type { State } from "../../../asl/machine";
import type { Pointer } from "../../../asl/pointer";
import type { Found } from "../../../dataflow/found";
import { useDesigner } from "../../state/store";
import { askSoon, findAt, stopAsking, usePreviews } from "./previews";
import { isGiven, loadVisits, openSamples, sampleOf, useSamples } from "./samples";

export const PreviewedState = createContext<Pointer | undefined>(undefined);

/** Keeps the previews of a state up to date for as long as it is shown. */
export function usePreviewing(state: State): void {
  const document = useDesigner((current) => current.good);
  const machine = useDesigner((current) => String(current.boot.machine.id));
  const samples = useSamples();
  const source = document.text.slice(state.node.offset, state.node.offset + state.node.length);
  const language = stringOf(child(document.root, "QueryLanguage")) === "JSONata" ? "JSONata" : "JSONPath";
  const sample = sampleOf(samples, state.name);
  useEffect(() => openSamples(machine), [machine]);
  useEffect(() => {
    void loadVisits(state.name);
  }, [state.name, samples.source?.id]);
  useEffect(() => {
    if (isGiven(sample)) askSoon({ name: state.name, state: source, query_language: language, sample });
    else stopAsking();
  }, [state.name, source, language, sample]);
  useEffect(() => stopAsking, []);
}

/** What the field at `at` becomes with the sample. */
export function useFound(at: Pointer): Found | undefined {
  const state = useContext(PreviewedState);
  const steps = usePreviews((current) => current.steps);
  if (state === undefined || !at.startsWith(`${state}/`)) return undefined;
  return findAt(steps, at.slice(state.length));
}
