// What the user may choose: language, look, shortcuts.

import { Choice, Section, Switch } from "../components/layout.js";
import { useShared } from "../components/shared.js";
import { LANGUAGES, t } from "../i18n.js";
import { changeSettings, useSettings } from "../settings.js";
import { html } from "../ui.js";

export function View({ state }) {
  const { actions } = useShared();
  const settings = useSettings();
  const themes = ["auto", "light", "dark"].map((theme) => [theme, t(`theme.${theme}`)]);
  const languages = [["", t("settings.browserLanguage")], ...Object.entries(LANGUAGES)];
  return html`<div class="narrow">
    <${Section} title=${t("settings.look")}>
      <div class="panel">
        <${Choice} label=${t("settings.theme")} options=${themes} value=${settings.theme} onChange=${(theme) => changeSettings({ theme })} />
        ${state.me.user &&
        html`<${Choice} label=${t("settings.language")} options=${languages} value=${state.me.user.language}
          onChange=${(language) => actions.changeLanguage(language)} />`}
        <${Switch} label=${t("settings.shortcuts")} note=${t("settings.shortcutsNote")} isOn=${settings.hasShortcuts}
          onChange=${(hasShortcuts) => changeSettings({ hasShortcuts })} />
      </div>
    <//>
  </div>`;
}
