// English. One file an area, so that people who work on different views do not meet in one.

import admin from "./en/admin.js";
import contacts from "./en/contacts.js";
import errors from "./en/errors.js";
import history from "./en/history.js";
import phone from "./en/phone.js";
import settings from "./en/settings.js";
import shell from "./en/shell.js";
import wallboard from "./en/wallboard.js";
import words from "./en/words.js";

export default { ...admin, ...shell, ...words, ...phone, ...history, ...contacts, ...errors, ...settings, ...wallboard };
