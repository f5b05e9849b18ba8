"use strict";
// Give the admin's search boxes the name of the field they stand for: select2 leaves them without one.
(() => {
  const name = (box) => {
    const select = box.previousElementSibling;
    const label = select && select.id && document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
    const words = label && label.textContent.trim().replace(/:$/u, "");
    if (!words) return;
    for (const part of box.querySelectorAll("[role=combobox], [role=textbox], .select2-search__field")) {
      part.removeAttribute("aria-labelledby");
      part.setAttribute("aria-label", words);
    }
  };
  const all = () => {
    document.querySelectorAll("select + .select2-container").forEach(name);
    const open = document.querySelector(".select2-container--open [aria-label]");
    document.querySelectorAll(".select2-dropdown .select2-search__field").forEach((field) => {
      if (open) field.setAttribute("aria-label", open.getAttribute("aria-label"));
    });
  };
  document.addEventListener("DOMContentLoaded", () => {
    all();
    new MutationObserver(all).observe(document.body, { childList: true, subtree: true });
  });
})();
