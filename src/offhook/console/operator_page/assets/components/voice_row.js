// During a talk: where its sound goes, and how loud. No phone reports of either, so the buttons show no state.

import { t } from "../i18n.js";
import { whyNotAtPhone, whyNotPhone } from "../reasons.js";
import { useShortcut } from "../shortcuts.js";
import { html } from "../ui.js";
import { verbWord } from "../words.js";
import { Action } from "./action.js";
import { useShared } from "./shared.js";

export function VoiceRow({ entry, phone, isCurrent }) {
  const { actions, me } = useShared();
  const { connection } = entry;
  const why = (verb) => (phone.verbs.includes(verb) ? whyNotPhone(phone, me) : whyNotAtPhone(verb, phone, me, [entry]));
  const change = (delta) => actions.changeVolume(phone, delta, connection.id);
  const isAdjustable = isCurrent && !why("change_volume");
  useShortcut("+", t("voice.louder"), () => change(1), isAdjustable);
  useShortcut("-", t("voice.softer"), () => change(-1), isAdjustable);
  return html`<div class="voice" role="group" aria-label=${verbWord("set_audio_path")}>
    <${Action} icon="speaker" text=${t("keys.speaker")} kind="quiet" why=${why("set_audio_path")} onClick=${() => actions.chooseVoice(entry, "speaker")} />
    <${Action} icon="headset" text=${t("keys.headset")} kind="quiet" why=${why("set_audio_path")} onClick=${() => actions.chooseVoice(entry, "headset")} />
    <span class="voice-volume">
      <${Action} icon="softer" text=${t("voice.softer")} kind="quiet" isLabelHidden=${true} why=${why("change_volume")} onClick=${() => change(-1)} />
      <${Action} icon="louder" text=${t("voice.louder")} kind="quiet" isLabelHidden=${true} why=${why("change_volume")} onClick=${() => change(1)} />
    </span>
  </div>`;
}
