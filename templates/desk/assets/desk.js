// Every page reads and works without this file; it adds keys, live counts and the ground check while one types.
"use strict";
(() => {
  const typing = (node) => node.closest("input,textarea,select,[contenteditable]");
  const rows = () => [...document.querySelectorAll("[data-row]")];
  const step = (by) => {
    const all = rows();
    const at = all.indexOf(document.activeElement);
    const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by))];
    if (next) next.focus();
  };
  const help = () => {
    const dialog = document.createElement("dialog");
    const list = document.createElement("dl");
    const keys = [["j / k", "down / up"], ["Enter", "open"], ["u", "queue"], ["o", "next case to review"], ["/", "search"], ["e", "edit"], ["s", "save"],
      ["Ctrl Enter", "send the form that you write in"], ["Esc", "leave a field"], ["a", "approve and send"], ["A", "approve, then the next case"], ["z", "take back"],
      ["r", "return with notes"], ["q", "ask the asker"], ["i", "read it otherwise"], ["t", "take"], ["x", "release"], ["S", "submit for review"], ["g", "give to a consultant"],
      ["n", "note among ourselves"], ["m", "merge"], ["p", "split"], ["l", "link to an account"], ["c", "check an answer"], ["y", "send to another address"], ["d", "dismiss"], ["w", "close"]];
    for (const [key, does] of keys) {
      const row = document.createElement("div");
      row.append(Object.assign(document.createElement("dt"), { textContent: key }), Object.assign(document.createElement("dd"), { textContent: does }));
      list.append(row);
    }
    const close = Object.assign(document.createElement("button"), { textContent: "Close" });
    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => dialog.remove());
    dialog.append(Object.assign(document.createElement("h2"), { textContent: "Keys" }), list, close);
    document.body.append(dialog);
    dialog.showModal();
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && typing(event.target)) return event.target.blur();
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.form) {
      event.preventDefault();
      return event.target.form.requestSubmit();
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "?") { event.preventDefault(); return help(); }
    if (event.key === "j" || event.key === "k") { event.preventDefault(); return step(event.key === "j" ? 1 : -1); }
    const target = [...document.querySelectorAll("[data-key]")].find((node) => node.dataset.key === event.key);
    if (!target) return;
    event.preventDefault();
    if (target.matches("input,textarea,select")) return target.focus();
    if (!target.matches("summary")) return target.click();
    // Opened here and not by a click, so that the very next key already falls into the field.
    target.parentElement.open = true;
    const field = target.parentElement.querySelector("textarea,select,input:not([type=hidden]),button");
    if (field) field.focus();
  });

  // The queue is read again whenever something moved, and who was reading a row stays on it.
  let asked = 0;
  const again = async () => {
    const turn = ++asked;
    const reply = await fetch(location.href);
    // An answer that comes after a later one is of yesterday.
    if (!reply.ok || reply.redirected || turn !== asked) return;
    const fresh = new DOMParser().parseFromString(await reply.text(), "text/html").getElementById("rows");
    const rows = document.getElementById("rows");
    if (!fresh || !rows) return;
    const at = rows.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    const before = new Set([...rows.querySelectorAll("[data-row]")].map((row) => row.getAttribute("href")));
    rows.replaceWith(fresh);
    const all = [...fresh.querySelectorAll("[data-row]")];
    const back = at && all.find((row) => row.getAttribute("href") === at);
    if (back) back.focus();
    const come = all.filter((row) => !before.has(row.getAttribute("href"))).length;
    const told = document.getElementById("told");
    if (told && come) told.textContent = come === 1 ? "One case came in." : `${come} cases came in.`;
  };
  const live = document.querySelector("[data-live]");
  if (live && window.EventSource) {
    const source = new EventSource(live.dataset.live);
    source.onmessage = (event) => {
      const { counts, mark, version } = JSON.parse(event.data);
      for (const [key, count] of counts) {
        const node = document.querySelector(`[data-count="${key}"]`);
        if (node) node.textContent = count;
      }
      if (live.dataset.mark && live.dataset.mark !== mark) {
        live.dataset.mark = mark;
        again();
      }
      if (live.dataset.version && version !== null && String(version) !== live.dataset.version && !live.textContent) {
        const link = Object.assign(document.createElement("a"), { href: location.pathname, textContent: "Show it as it stands" });
        const line = Object.assign(document.createElement("p"), { className: "problem", textContent: "This case has moved on since you opened it. " });
        line.append(link);
        live.append(line);
      }
    };
    window.addEventListener("pagehide", () => source.close());
  }

  for (const form of document.querySelectorAll("form[data-check]")) {
    const text = form.querySelector("textarea");
    const said = form.querySelector(".checked");
    let waiting = 0;
    text.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(async () => {
        const reply = await fetch(form.dataset.check, { method: "POST", body: new URLSearchParams(new FormData(form)) });
        if (!reply.ok) return;
        const { passed, problems } = await reply.json();
        const list = document.createElement("ul");
        for (const problem of problems) list.append(Object.assign(document.createElement("li"), { textContent: problem }));
        const line = Object.assign(document.createElement("p"), { className: `status ${passed ? "good" : "warn"}`, textContent: passed ? "Ground check: passed" : "Ground check: to look at" });
        said.replaceChildren(line, list);
      }, 400);
    });
  }
})();
