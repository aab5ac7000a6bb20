// Before the first paint: a reader who chose light or dark sees no flash of the other one.
try {
  var theme = localStorage.getItem('medmesh/theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Site data is blocked: the system's choice holds.
}
