/**
 * Behaviour of every Django page. It takes hold of elements by their `data-` attributes:
 *
 * data-theme-toggle            button: system, light, dark in turn
 * data-theme-set="paper"       button (radio): this theme; "ink", "system"; `aria-checked` follows
 * data-rail, data-rail-toggle  the rail and its button; remembered, on pages with `.rail-canvas` for this tab only
 * data-command-palette         button that opens the palette, as Ctrl-K does; pages come from the rail's links,
 *                              workflows from `/api/v1/search?q=` -> {results: [{label, kind, url}]}
 * data-relative                <time datetime>: local time, relative under a day
 * data-copy="text"             button: copies the text, or the value of the element that `data-copy-from` selects
 * data-print                   button: prints the page
 * data-menu                    <details> that closes on Escape and on a click elsewhere
 * data-once                    <form> that is sent once: its buttons rest after the first time
 * data-confirm="question"      button: asks before it acts (a dialog of the page's own style)
 * data-submit-on-change        field: sends its form when it changes
 * data-navigate-on-change="url"  <select>: opens url?<name>=<value>
 * data-json-editor             <textarea>: says in its form's [data-json-problem] where its JSON breaks
 * data-toasts, data-toast      where messages stand, and one of them; they leave after a while, or by their button
 * data-review-count            shows how many open tasks the person has; follows ws/reviews/
 * data-live-list="executions"  rows that are fetched again (the page's own address, as htmx would) when ws/executions/
 *                              says that one changed
 *
 * `document.dispatchEvent(new CustomEvent("callboard:toast", {detail: {text, tone}}))` shows a message from anywhere.
 * The first paint's theme and rail are set by static/callboard/theme.js (localStorage "callboard.theme", "callboard.rail").
 */
import htmx from "htmx.org";
import { prepareForms } from "./shell/forms";
import { followCounts, followLists } from "./shell/live";
import { prepareMenus } from "./shell/menus";
import { preparePalette } from "./shell/palette";
import { prepareRail } from "./shell/rail";
import { prepareTheme } from "./shell/theme";
import { keepTimes } from "./shell/times";
import { prepareToasts } from "./shell/toasts";

declare global {
  interface Window {
    htmx: typeof htmx;
  }
}

window.htmx = htmx;
// What the content security policy would refuse anyway.
htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;

prepareTheme();
prepareRail();
prepareMenus();
prepareForms();
prepareToasts();
preparePalette();
keepTimes();
followCounts();
followLists();
