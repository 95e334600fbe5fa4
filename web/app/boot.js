/**
 * Says why the page does not start, where its modules cannot say it themselves: opened from disk, a file that does not
 * come, a browser too old to read them. So this is a script of the old kind, in the language of 2009.
 */
(function () {
  "use strict";

  var DEADLINE = 30000;
  var FOLDER = location.href.replace(/[?#].*$/, "").replace(/[^/]*$/, "");

  var FROM_DISK =
    "This page was opened from disk, where browsers do not run its program: serve the folder with a web server, for " +
    "example with 'python3 -m http.server', and open http://localhost:8000/ instead.";
  var TOO_OLD = "This browser is too old for the program of this page; please use a current one.";
  var LATE =
    "The program of this page has still not arrived: the connection is very slow, or the server does not send a file.";

  /** @returns {boolean} main.js runs, and from then on the page speaks for itself */
  function hasStarted() {
    return document.body.hasAttribute("data-started");
  }

  /** @returns {string} what is wrong with where the page runs; empty where nothing is */
  function explainPlace() {
    if (location.protocol === "file:") return FROM_DISK;
    // Both came to browsers with, or after, the syntax that the modules are written in.
    return "noModule" in document.createElement("script") && "hasOwn" in Object ? "" : TOO_OLD;
  }

  /** @returns {string} */
  function explainMissing() {
    var entries = window.performance && performance.getEntriesByType ? performance.getEntriesByType("resource") : [];
    for (var i = 0; i < entries.length; i++) {
      var entry = /** @type {PerformanceResourceTiming} */ (entries[i]);
      if (entry.responseStatus >= 400 && entry.name.indexOf(FOLDER) === 0 && /^(app|classifier)\//.test(entry.name.slice(FOLDER.length))) {
        return (
          "The file " + entry.name.slice(FOLDER.length) + " of this page could not be loaded: the server answered with " +
          "status " + entry.responseStatus + ", so check that the file was uploaded."
        );
      }
    }
    return (
      "A file of this page could not be loaded: check the connection, that every file below app/ and classifier/ was " +
      "uploaded, and that the server sends it as JavaScript."
    );
  }

  /**
   * @param {ErrorEvent} event
   * @returns {string}
   */
  function explainBroken(event) {
    return (
      "The file " + event.filename.slice(FOLDER.length) + " of this page is damaged or does not fit the others (" +
      event.message + "), so the site must be uploaded again."
    );
  }

  /** @param {Event} event */
  function onError(event) {
    var isMissing = event.target instanceof HTMLScriptElement;
    var broken = /** @type {ErrorEvent} */ (event);
    // Extensions run in this window as well, and their errors are their own affair.
    if (!isMissing && !(broken.filename && broken.filename.indexOf(FOLDER) === 0)) return;
    say(explainPlace() || (isMissing ? explainMissing() : explainBroken(broken)));
  }

  /** @param {string} sentence */
  function say(sentence) {
    if (document.readyState === "loading") {
      document.addEventListener("DOMContentLoaded", function () {
        say(sentence);
      });
      return;
    }
    if (sentence === "" || hasStarted() || document.body.getAttribute("data-state") === "error") return;
    document.body.setAttribute("data-state", "error");
    get("status").textContent = "Not running";
    get("progress").hidden = true;
    get("error-text").textContent = sentence;
    get("retry").hidden = sentence === FROM_DISK || sentence === TOO_OLD;
    get("error").hidden = false;
  }

  /**
   * @param {string} id
   * @returns {HTMLElement}
   */
  function get(id) {
    return /** @type {HTMLElement} */ (document.getElementById(id));
  }

  window.addEventListener("error", onError, true); // what scripts fail to load does not bubble
  document.addEventListener("DOMContentLoaded", function () {
    say(explainPlace());
    get("retry").addEventListener("click", function () {
      if (!hasStarted()) location.reload();
    });
  });
  setTimeout(function () {
    say(LATE);
  }, DEADLINE);
})();
