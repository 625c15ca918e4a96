// Before the first paint: the theme that this person chose, or the system's. The rest is frontend/src/shell.ts.
(function () {
  var root = document.documentElement;
  var choice = "system";
  try {
    choice = localStorage.getItem("callboard.theme") || "system";
    var rail = localStorage.getItem("callboard.rail"); // "open", "shut" or nothing: as the page likes it
    if (rail) root.dataset.rail = rail;
  } catch (error) {
    // Storage is switched off: the system's theme it is.
  }
  var dark = choice === "ink" || (choice === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.dataset.themeChoice = choice;
  root.dataset.theme = dark ? "ink" : "paper";
})();
