"use strict";
// On every page of the desk: "?" shows the keys, "/" goes to a list's search box. Not while somebody types.
document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input, textarea, select, [contenteditable]");
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  const search = document.getElementById("searchbar");
  if (event.key === "?" || (event.code === "Slash" && event.shiftKey)) {
    document.getElementById("keys").togglePopover();
  } else if (event.key === "/" && search) {
    event.preventDefault();
    search.focus();
  }
});
