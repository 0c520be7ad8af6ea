// The frame: header, navigation, the view that is open, messages, and what is said to screen readers.

import { t } from "../i18n.js";
import { Icon } from "../icons.js";
import { useRoute } from "../router.js";
import { useShortcut } from "../shortcuts.js";
import { liveByPhone } from "../store.js";
import { html, useEffect, useLayoutEffect, useMemo, useRef, useState } from "../ui.js";
import { loadView, viewAt, viewLoaded } from "../views.js";
import { Announcer } from "./announcer.js";
import { useCallLinks } from "./call_links.js";
import { Header } from "./header.js";
import { Shared, SharedProvider } from "./shared.js";
import { ShortcutHelp } from "./shortcut_help.js";
import { Toasts } from "./toasts.js";

export function Shell({ store, actions }) {
  const [state, setState] = useState(store.state);
  useEffect(() => {
    setState(store.state);
    return store.subscribe(setState);
  }, [store]);
  const shared = useMemo(() => new Shared(store, actions), [store, actions]);
  // Before the first snapshot there is nothing to show, and before it is known who asks, nobody to show it to.
  if (state.epoch === null || state.me === null) return html`<p class="starting">${t("shell.starting")}</p>`;
  // Every text is made anew in another language.
  return html`<${SharedProvider} value=${shared}><${Frame} key=${state.language} state=${state} /><//>`;
}

function Frame({ state }) {
  const { phones, calls, attempts, toasts, me, link } = state;
  const route = useRoute();
  const view = viewAt(route.path);
  const live = useMemo(() => liveByPhone(state), [calls]);
  const [isHelpOpen, setHelpOpen] = useState(false);
  useShortcut("?", t("shortcuts.help"), () => setHelpOpen(true));
  useTitle(phones, view);
  useCallLinks();
  return html`<a class="skip" href="#content" onClick=${skip}>${t("shell.skip")}</a>
    <${Header} state=${state} view=${view} onHelp=${() => setHelpOpen(true)} />
    <main id="content" class=${link === "live" ? "" : "is-stale"} tabindex="-1">
      <${Open} key=${view.path} view=${view} me=${me} state=${state} live=${live} route=${route} />
    </main>
    <${Toasts} toasts=${toasts} attempts=${attempts} />
    ${isHelpOpen && html`<${ShortcutHelp} onDone=${() => setHelpOpen(false)} />`}
    <${Announcer} live=${live} phones=${phones} attempts=${attempts} />`;
}

function skip(event) {
  event.preventDefault(); // the part after # is ours
  document.getElementById("content").focus();
}

function Open({ view, me, state, live, route }) {
  const [module, setModule] = useState(() => viewLoaded(view));
  const [hasFailed, setFailed] = useState(false);
  const heading = useRef(null);
  const load = () => {
    setFailed(false);
    loadView(view).then(setModule, () => setFailed(true));
  };
  useEffect(() => {
    if (!module) load();
  }, []);
  // Whoever comes from the navigation goes on reading here; whoever just opened the page is where browsers put them.
  useLayoutEffect(() => {
    if (Open.wasOpened) heading.current.focus({ preventScroll: true });
    Open.wasOpened = true;
  }, []);
  return html`<h1 class="visually-hidden" tabindex="-1" ref=${heading}>${t(view.title)}</h1>
    ${!view.isFor(me)
      ? html`<p class="empty">${t("shell.forbidden")}</p>`
      : module
        ? html`<${module.View} state=${state} live=${live} route=${route} />`
        : hasFailed
          ? html`<div class="empty"><p>${t("shell.failed")}</p>
              <button class="plain" type="button" onClick=${load}><${Icon} name="redial" />${t("shell.tryAgain")}</button></div>`
          : html`<p class="starting">${t("do.loading")}</p>`}`;
}

function useTitle(phones, view) {
  useEffect(() => {
    const n = Array.from(phones.values()).filter((phone) => phone.is_set_up && phone.state === "ringing").length;
    const words = n ? t("shell.ringing", { n }) : view.path === "phone" ? "" : t(view.title);
    document.title = words ? `${words} · offhook` : "offhook";
  }, [phones, view]);
}
