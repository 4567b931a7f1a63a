// GOV.UK Frontend styles its enhancements by these two names.
document.body.classList.add(
  "js-enabled",
  ...("noModule" in HTMLScriptElement.prototype ? ["govuk-frontend-supported"] : []),
);
