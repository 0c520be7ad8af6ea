// What holds for everybody who chose nothing else.

import { ask } from "../../api.js";
import { t } from "../../i18n.js";
import { isPopTemplate } from "../../screen_pop.js";
import { takeShared } from "../../settings.js";
import { html, useState } from "../../ui.js";
import { Section } from "../layout.js";
import { PopUrlField } from "../pop_url_field.js";
import { useShared } from "../shared.js";
import { Loading, useAnswer, wordsOf } from "./parts.js";

export function Part() {
  const kept = useAnswer(() => ask("GET", "/settings"));
  return html`<${Section} title=${t("admin.settings")} note=${t("admin.settings.note")}>
    <${Loading} answer=${kept} />
    ${kept.value && html`<${SettingsForm} kept=${kept.value} />`}
  <//>`;
}

function SettingsForm({ kept }) {
  const { actions } = useShared();
  const [template, setTemplate] = useState(kept.pop_url);
  const [problem, setProblem] = useState("");
  const isUsable = !template.trim() || isPopTemplate(template);
  const save = async (event) => {
    event.preventDefault();
    if (!isUsable) return;
    try {
      const now = await ask("PUT", "/settings", { pop_url: template.trim() });
      takeShared(now);
      setTemplate(now.pop_url);
      setProblem("");
      actions.say("good", t("admin.settings.saved"));
    } catch (error) {
      if (error.name !== "ApiError") throw error;
      setProblem(wordsOf(error));
    }
  };
  return html`<form class="panel" onSubmit=${save}>
    <${PopUrlField} template=${template} emptyNote=${t("admin.settings.popNote")} wrongNote=${t("settings.popNoAddress")} onInput=${setTemplate} />
    ${problem && html`<p class="form-problem" role="alert">${problem}</p>`}
    <div class="form-buttons"><button class="primary" type="submit" disabled=${!isUsable}>${t("do.save")}</button></div>
  </form>`;
}
