// Product name, whether what is shown is live, the way to the other views, and who is signed in.

import { t } from "../i18n.js";
import { Icon } from "../icons.js";
import { go, to } from "../router.js";
import { changeSettings, useSettings } from "../settings.js";
import { useShortcut } from "../shortcuts.js";
import { html } from "../ui.js";
import { ASIDE, VIEWS } from "../views.js";
import { clockTime } from "../words.js";
import { useShared } from "./shared.js";

export function Header({ state, view, onHelp }) {
  const { actions } = useShared();
  const { link, awaySince, me } = state;
  const settings = useSettings();
  const shown = VIEWS.filter((one) => one.isFor(me));
  const name = me.user?.display_name || me.name;
  return html`<header class="top">
      <div class="top-inner">
        <p class="brand"><img src="/assets/icon.svg" alt="" width="30" height="30" /><span>offhook</span></p>
        <nav class="nav" aria-label=${t("shell.views")}>
          ${shown.map((one) => html`<${Tab} key=${one.path} view=${one} isHere=${one === view} count=${one.path === "history" ? state.missed : 0} />`)}
          ${ASIDE.map((one) => html`<${Shortcut} key=${one.path} view=${one} />`)}
        </nav>
        <p class="link link-${link}" role="status">
          <span class="link-dot" aria-hidden="true"></span><span class="link-text">${t(link === "live" ? "shell.live" : "shell.reconnecting")}</span>
        </p>
        <div class="who">
          <span class="who-name" title=${name}>${name}</span>
          <${ThemeButton} theme=${settings.theme} />
          <button class="quiet round only-wide" type="button" aria-label=${t("nav.shortcuts")} title=${`${t("nav.shortcuts")} (?)`} onClick=${onHelp}>
            <${Icon} name="keyboard" />
          </button>
          <a class="quiet round" href=${to("settings")} aria-label=${t("nav.settings")} title=${t("nav.settings")}
            aria-current=${view.path === "settings" ? "page" : undefined}><${Icon} name="gear" /></a>
          <button class="quiet round" type="button" aria-label=${t("shell.signOut")} title=${t("shell.signOut")} onClick=${() => actions.signOut()}>
            <${Icon} name="leave" />
          </button>
        </div>
      </div>
    </header>
    ${link === "away" &&
    html`<div class="banner" role="alert">
      <${Icon} name="alert" />
      <p><strong>${t("shell.away")}</strong>${" "}${t("shell.stale", { time: clockTime(awaySince) })}</p>
    </div>`}`;
}

function Tab({ view, isHere, count }) {
  const title = t(view.title);
  useShortcut(view.key, t("shortcuts.go", { view: title }), () => go(view.path));
  return html`<a href=${to(view.path)} aria-current=${isHere ? "page" : undefined}>
    <${Icon} name=${view.icon} /><span>${title}</span>
    ${count > 0 && html`<span class="badge" aria-label=${t("nav.missed", { n: count })}>${count > 99 ? "99+" : count}</span>`}
  </a>`;
}

function Shortcut({ view }) {
  useShortcut(view.key, t("shortcuts.go", { view: t(view.title) }), () => go(view.path));
  return null;
}

const DARK = matchMedia("(prefers-color-scheme: dark)");

function ThemeButton({ theme }) {
  const isDark = theme === "dark" || (theme === "auto" && DARK.matches);
  const words = t(isDark ? "theme.toLight" : "theme.toDark");
  return html`<button class="quiet round" type="button" aria-label=${words} title=${words}
    onClick=${() => changeSettings({ theme: isDark ? "light" : "dark" })}><${Icon} name=${isDark ? "sun" : "moon"} /></button>`;
}
