// What the user may choose: language, look, keys, and what happens on an incoming call.

import { Choice, Field, Section, Switch } from "../components/layout.js";
import { useShared } from "../components/shared.js";
import { LANGUAGES, t } from "../i18n.js";
import { Icon } from "../icons.js";
import { popUrl } from "../screen_pop.js";
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
  const [template, setTemplate] = useState(settings.popUrl);
  const isPossible = permission === "granted" || permission === "default";
  const notify = async (wish) => {
    const found = wish ? await Notification.requestPermission() : permission;
    setPermission(found);
    changeSettings({ notifies: wish && found === "granted" });
  };
  const example = popUrl(template, { number: "+390255501234", name: "Rossi & Figli", call: "c_1" });
  const onTemplate = (event) => {
    setTemplate(event.target.value);
    if (!event.target.value.trim() || popUrl(event.target.value, {})) changeSettings({ popUrl: event.target.value.trim() });
  };
  const note = !template.trim() ? t("settings.popNote") : example ? t("settings.popExample", { url: example }) : t("settings.popWrong");
  return html`<${Section} title=${t("settings.incoming")}>
    <div class="panel">
      <${Switch} label=${t("settings.rings")} note=${t("settings.ringsNote")} isOn=${settings.rings} onChange=${(rings) => changeSettings({ rings })} />
      <${Switch} label=${t("settings.notifies")} note=${t(isPossible ? "settings.notifiesNote" : `settings.notifies.${permission}`)} isDisabled=${!isPossible}
        isOn=${settings.notifies && permission === "granted"} onChange=${notify} />
      <${Field} label=${t("settings.popUrl")} hint=${note} inputmode="url" placeholder="https://crm.example.com/find?number={number}" value=${template} onInput=${onTemplate} />
      <${Switch} label=${t("settings.pops")} note=${t("settings.popsNote")} isOn=${settings.popsByItself} isDisabled=${!settings.popUrl}
        onChange=${(popsByItself) => changeSettings({ popsByItself })} />
    </div>
  <//>`;
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
