// The settings view.

export default {
  "settings.look": "Look and language",
  "settings.theme": "Appearance",
  "settings.language": "Language",
  "settings.browserLanguage": "As the browser",
  "settings.shortcuts": "Keyboard shortcuts",
  "settings.shortcutsNote": "Single keys that work while you are not typing; ? lists them.",
};
