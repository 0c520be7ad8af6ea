// What the user may choose: language, look, keys, and what happens on an incoming call.

import { Choice, Section, Switch } from "../components/layout.js";
import { PopUrlField } from "../components/pop_url_field.js";
import { useShared } from "../components/shared.js";
import { LANGUAGES, t } from "../i18n.js";
import { Icon } from "../icons.js";
import { isPopTemplate } from "../screen_pop.js";
import { changeSettings, useSettings } from "../settings.js";
import { html, useState } from "../ui.js";

export function View({ state }) {
  return html`<div class="narrow">
    <${IncomingCalls} />
    <${Look} me=${state.me} />
    <${CallLinks} />
  </div>`;
}

function IncomingCalls() {
  const settings = useSettings();
  const [permission, setPermission] = useState(globalThis.Notification?.permission ?? "missing");
  const isPossible = permission === "granted" || permission === "default";
  const notify = async (wish) => {
    const found = wish ? await Notification.requestPermission() : permission;
    setPermission(found);
    changeSettings({ notifies: wish && found === "granted" });
  };
  return html`<${Section} title=${t("settings.incoming")}>
    <div class="panel">
      <${Switch} label=${t("settings.rings")} note=${t("settings.ringsNote")} isOn=${settings.rings} onChange=${(rings) => changeSettings({ rings })} />
      <${Switch} label=${t("settings.notifies")} note=${t(isPossible ? "settings.notifiesNote" : `settings.notifies.${permission}`)} isDisabled=${!isPossible}
        isOn=${settings.notifies && permission === "granted"} onChange=${notify} />
      <${ScreenPop} settings=${settings} />
      <${Switch} label=${t("settings.pops")} note=${t("settings.popsNote")} isOn=${settings.popsByItself} isDisabled=${!settings.popUrl}
        onChange=${(popsByItself) => changeSettings({ popsByItself })} />
    </div>
  <//>`;
}

// The page about the caller: everybody's, one's own, or none. Where an administrator chose none, there is only one's own.
function ScreenPop({ settings }) {
  const { ownPopUrl, sharedPopUrl } = settings;
  const [typed, setTyped] = useState(null); // while an own one is being typed
  const kind = typed !== null || ownPopUrl ? "own" : ownPopUrl === null ? "shared" : "none";
  const choose = (chosen) => {
    setTyped(chosen === "own" ? "" : null);
    if (chosen !== "own") changeSettings({ ownPopUrl: chosen === "none" ? "" : null });
  };
  const type = (text) => {
    setTyped(text);
    const isNone = !text.trim();
    if (isNone || isPopTemplate(text)) changeSettings({ ownPopUrl: isNone ? null : text.trim() });
  };
  const options = ["shared", "own", "none"].map((one) => [one, t(`settings.pop.${one}`)]);
  return html`${sharedPopUrl && html`<${Choice} label=${t("settings.popWhich")} options=${options} value=${kind} onChange=${choose} />`}
    ${sharedPopUrl && kind === "shared" && html`<p class="section-note pop-shared">${sharedPopUrl}</p>`}
    ${(!sharedPopUrl || kind === "own") &&
    html`<${PopUrlField} template=${typed ?? ownPopUrl ?? ""} emptyNote=${t("settings.popNote")} wrongNote=${t("settings.popWrong")} onInput=${type} />`}`;
}

function Look({ me }) {
  const { actions } = useShared();
  const settings = useSettings();
  const themes = ["auto", "light", "dark"].map((theme) => [theme, t(`theme.${theme}`)]);
  const languages = [["", t("settings.browserLanguage")], ...Object.entries(LANGUAGES)];
  return html`<${Section} title=${t("settings.look")}>
    <div class="panel">
      <${Choice} label=${t("settings.theme")} options=${themes} value=${settings.theme} onChange=${(theme) => changeSettings({ theme })} />
      ${me.user &&
      html`<${Choice} label=${t("settings.language")} options=${languages} value=${me.user.language} onChange=${(language) => actions.changeLanguage(language)} />`}
      <${Switch} label=${t("settings.shortcuts")} note=${t("settings.shortcutsNote")} isOn=${settings.hasShortcuts}
        onChange=${(hasShortcuts) => changeSettings({ hasShortcuts })} />
    </div>
  <//>`;
}

function CallLinks() {
  const { actions } = useShared();
  const register = () => {
    try {
      navigator.registerProtocolHandler("tel", `${location.origin}/dial?number=%s`);
      actions.say("info", t("settings.linksAsked"));
    } catch {
      actions.say("warning", t("settings.linksFailed"));
    }
  };
  return html`<${Section} title=${t("settings.links")}>
    <div class="panel">
      <p>${t("settings.linksNote")}</p>
      <p>${navigator.registerProtocolHandler
        ? html`<button class="plain" type="button" onClick=${register}><${Icon} name="handset" />${t("settings.linksRegister")}</button>`
        : t("settings.linksMissing")}</p>
    </div>
  <//>`;
}
