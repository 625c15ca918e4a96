/** Actions on the definition's text. What they need of CodeMirror is fetched when they are used. */

import { AlignLeft, ArrowRightLeft, FileCode2, FileText } from "lucide-react";

import { rangeOf } from "../asl/document";
import { machineOf, queryLanguageOf } from "../asl/machine";
import type { Action } from "./actions";
import { selectedState } from "./state/derive";
import { showInCode } from "./state/jumping";
import { openDialog, useDesigner } from "./state/store";

const whole: Action["enabled"] = (state) => state.boot.permissions.design && state.problems.length === 0;

export const TEXT_ACTIONS: readonly Action[] = [
  {
    id: "text", label: "Go to the state's text", icon: FileText, group: "View", shortcuts: ["F12"], onStates: true,
    enabled: (state) => state.problems.length === 0 && selectedState(state) !== undefined,
    perform: (state) => {
      const { from, to } = rangeOf(state.good, selectedState(state)?.pointer ?? "");
      showInCode(from, to);
    },
  },
  {
    id: "code-form", label: ({ codeForm }) => (codeForm === "json" ? "Show the definition as YAML" : "Show the definition as JSON"), icon: FileCode2, group: "View",
    enabled: ({ problems }) => problems.length === 0,
    perform: ({ codeForm, codeDock }) => useDesigner.setState({ codeForm: codeForm === "json" ? "yaml" : "json", codeDock: codeDock === "closed" ? "bottom" : codeDock }),
  },
  {
    id: "format", label: "Format the definition", icon: AlignLeft, group: "Edit", shortcuts: ["Shift+Alt+F"], enabled: whole,
    perform: () => void import("./code/formatting").then(({ formatDefinition }) => formatDefinition()),
  },
  {
    id: "convert", label: "Convert JSONPath to JSONata", icon: ArrowRightLeft, group: "Edit",
    enabled: (state) => {
      const machine = machineOf(state.good);
      return whole(state) && [...machine.states.values()].some((each) => queryLanguageOf(machine, each) === "JSONPath");
    },
    perform: () => openDialog({ kind: "convert" }),
  },
];
