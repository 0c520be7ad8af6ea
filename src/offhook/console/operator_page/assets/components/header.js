// Product name, whether what is shown is live, and who is signed in.

import { Icon } from "../icons.js";
import { html } from "../ui.js";
import { clockTime } from "../words.js";
import { useShared } from "./shared.js";

export function Header({ link, awaySince, me, hasData }) {
  const { actions } = useShared();
  const name = typeof me?.name === "string" ? me.name : "";
  return html`<header class="top">
      <div class="top-inner">
        <p class="brand"><img src="/assets/icon.svg" alt="" width="28" height="28" /><span>offhook</span></p>
        <p class="link link-${link}" role="status">
          <span class="link-dot" aria-hidden="true"></span>${link === "live" ? "Live" : "Reconnecting…"}
        </p>
        <p class="who">
          ${name && html`<span class="who-name">${name}</span>`}
          <button class="quiet" type="button" onClick=${() => actions.signOut()}>Sign out</button>
        </p>
      </div>
    </header>
    ${link === "away" &&
    html`<div class="banner" role="alert">
      <${Icon} name="alert" />
      <p>
        <strong>The console does not answer. Reconnecting…</strong>${" "}
        ${hasData ? `What you see is how it was at ${clockTime(awaySince)}; it will be put right by itself.` : ""}
      </p>
    </div>`}`;
}
