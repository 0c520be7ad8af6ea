// Node-RED as a peer: no editor, no log of requests, no projects, nothing sent anywhere.
module.exports = {
  uiHost: "127.0.0.1",
  httpAdminRoot: false,
  telemetry: { enabled: false },
  diagnostics: { enabled: false },
  runtimeState: { enabled: false },
  editorTheme: { tours: false },
  logging: { console: { level: "info", metrics: false, audit: false } },
}
