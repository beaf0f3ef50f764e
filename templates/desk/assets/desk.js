// Every page reads and works without this file; it adds keys and live counts.
"use strict";
(() => {
  const typing = (node) => node.closest("input,textarea,select,[contenteditable]");
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const target = [...document.querySelectorAll("[data-key]")].find((node) => node.dataset.key === event.key);
    if (!target) return;
    event.preventDefault();
    if (target.matches("input,textarea,select")) target.focus();
    else target.click();
  });
})();
