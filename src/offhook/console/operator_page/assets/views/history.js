// Calls that are over.

import { CallList } from "../components/call_list.js";
import { html } from "../ui.js";

export function View({ state }) {
  return html`<${CallList} state=${state} />`;
}
