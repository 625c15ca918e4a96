/** The test of one state: how it is set up, and how it went. Answers are never kept: they may hold secrets. */

import { create } from "zustand";

import type { State } from "../../../asl/machine";
import { ApiError, send } from "../../api";
import { useDesigner } from "../../state/store";
import { sampleOf, useSamples } from "../preview/samples";
import { NEW_FORM, orderOf, problemOf, type Answer, type TestForm } from "./order";

interface Tested {
  form: TestForm;
  busy: boolean;
  /** Of which state the answer is. */
  pointer: string | undefined;
  answer: Answer | undefined;
  refusal: string | undefined;
}

export const useStateTest = create<Tested>(() => ({ form: NEW_FORM, busy: false, pointer: undefined, answer: undefined, refusal: undefined }));

export function setForm(change: Partial<TestForm>): void {
  useStateTest.setState(({ form }) => ({ form: { ...form, ...change } }));
}

export async function testState(state: State): Promise<void> {
  const { good, environment } = useDesigner.getState();
  const { form } = useStateTest.getState();
  const order = orderOf(form, state, good.text, sampleOf(useSamples.getState(), state.name));
  const problem = environment === undefined ? "There is no environment to test in." : problemOf(order);
  useStateTest.setState({ pointer: state.pointer, answer: undefined, refusal: problem });
  if (problem !== undefined) return;
  useStateTest.setState({ busy: true });
  try {
    const answer = await send<Answer>("POST", `/api/v1/environments/${String(environment)}/state-tests`, order);
    useStateTest.setState({ answer });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    useStateTest.setState({ refusal: error.message });
  } finally {
    // Secrets are shown for the one test that was asked for.
    useStateTest.setState(({ form: current }) => ({ busy: false, form: { ...current, reveal: false } }));
  }
}
