// The settings view.

export default {
  "settings.look": "Aussehen und Sprache",
  "settings.theme": "Darstellung",
  "settings.language": "Sprache",
  "settings.browserLanguage": "Wie der Browser",
  "settings.shortcuts": "Tastenkürzel",
  "settings.shortcutsNote": "Einzelne Tasten, die wirken, solange Sie nicht tippen; ? zeigt sie.",
};
