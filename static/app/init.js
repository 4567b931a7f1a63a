import { initAll } from "../vendor/govuk-frontend.min.js";

initAll();

// Few pages use a component of the Ministry of Justice, and its script is the larger of the two.
if (document.querySelector('[data-module^="moj-"]')) {
  import("../vendor/moj-frontend.min.js").then((moj) => moj.initAll());
}
