/** The prompt: text, template or expression, and what the model gets with the sample input. */

import { TextModes } from "./TextModes";
import type { Language } from "./place";

export function PromptField({ holder, name, language }: { holder: string; name: string; language: Language }) {
  return <TextModes holder={holder} name={name} language={language} label="Prompt" rows={7} />;
}
