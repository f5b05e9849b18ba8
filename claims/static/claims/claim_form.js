"use strict";
// While a statement is typed, show the claims that say much the same. The server warns on save in any case.
document.addEventListener("DOMContentLoaded", () => {
  const box = document.getElementById("similar");
  const statement = document.getElementById("id_statement");
  if (!box || !statement) return;
  statement.addEventListener("input", () => tellAlike(box, statement.value));
});

// Ctrl+S saves, and the page stays where it was.
document.addEventListener("DOMContentLoaded", () => {
  const form = document.getElementById("claim_form");
  if (!form) return;
  const place = `place ${location.pathname}`;
  const kept = sessionStorage.getItem(place);
  if (kept !== null) {
    sessionStorage.removeItem(place);
    window.scrollTo(0, Number(kept));
  }

  // The browser asks before one leaves a claim with unsaved changes; a page that came back with errors has some.
  const content = () => new URLSearchParams(new FormData(form)).toString();
  const saved = form.querySelector(".errornote, .conflict") ? "" : content();
  let isSent = false;
  window.addEventListener("beforeunload", (event) => { if (!isSent && content() !== saved) event.preventDefault(); });

  // A comment stays in its box, for whoever wrote it, until it is sent.
  const comments = document.getElementById("comments");
  const boxes = comments ? [...comments.querySelectorAll("textarea")] : [];
  const name = (box) => `${box.id} ${location.pathname} ${comments.dataset.by}`;
  const keep = () => boxes.forEach((box) => sessionStorage.setItem(name(box), box.value));
  for (const box of boxes) {
    box.value ||= sessionStorage.getItem(name(box)) || "";
    box.addEventListener("input", keep);
    box.form.addEventListener("submit", ({ submitter }) => {
      if (!submitter || !submitter.name) sessionStorage.removeItem(name(box)); // the others resolve the thread, or reopen it
    });
  }
  form.addEventListener("submit", () => {
    isSent = true;
    keep();
    sessionStorage.setItem(place, String(window.scrollY));
  });

  document.addEventListener("keydown", (event) => {
    if (event.code !== "KeyS" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    const save = form.querySelector(".claim-bar [name=_continue]");
    if (!save) return;
    event.preventDefault();
    const comment = document.activeElement.closest("#comments textarea");
    if (comment) comment.form.requestSubmit();
    else form.requestSubmit(save);
  });
});

// A new row is ready to be typed into.
document.addEventListener("formset:added", (event) => {
  const first = event.target.querySelector("details.row input[type=text], details.row select");
  if (first && first.matches("input")) first.focus();
});

// Evidence that was cited before brings its publisher, grade and origin along.
document.addEventListener("DOMContentLoaded", () => {
  const box = document.getElementById("similar");
  const group = document.getElementById("evidence-group");
  if (!box || !group) return;
  let timer = 0;
  let asked = 0;
  const choose = (select, chosen) => {
    if (!select || !chosen || select.value) return;
    select.append(new Option(chosen.name, chosen.id, true, true));
    django.jQuery(select).trigger("change");
  };
  const take = (row, item) => {
    const field = (name) => row.querySelector(`[name$="-${name}"]`);
    for (const name of ["title", "url", "archived_url", "published_on"]) {
      if (field(name) && item[name]) field(name).value = item[name];
    }
    for (const name of ["reliability", "credibility"]) {
      const radio = row.querySelector(`[name$="-${name}"][value="${item[name]}"]`);
      if (radio) radio.checked = true;
    }
    choose(field("publisher"), item.publisher);
    choose(field("origin"), item.origin);
  };
  const offer = async (row, typed) => {
    const number = ++asked;
    const query = new URLSearchParams({ typed });
    const answer = await fetch(`${box.dataset.usedBefore}?${query}`, { headers: { Accept: "application/json" } });
    if (!answer.ok || number !== asked) return;
    const { evidence } = await answer.json();
    let list = row.querySelector(".used-before");
    if (!list) {
      list = document.createElement("div");
      list.className = "used-before";
      list.setAttribute("role", "status");
      row.querySelector(".form-row").after(list);
    }
    list.replaceChildren();
    for (const item of evidence) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button secondary";
      const grade = `${item.reliability}${item.credibility}`;
      button.textContent = box.dataset.cited.replace("{grade}", grade).replace("{title}", () => item.title);
      button.addEventListener("click", () => {
        take(row, item);
        list.replaceChildren();
      });
      list.append(button);
    }
  };
  group.addEventListener("input", (event) => {
    if (!/-(title|url)$/u.test(event.target.name || "")) return;
    clearTimeout(timer);
    const row = event.target.closest(".inline-related");
    const typed = event.target.value.trim();
    if (typed.length > 3 && !row.classList.contains("has_original")) timer = setTimeout(() => offer(row, typed), 300);
  });
});

// The rationale as readers will see it.
document.addEventListener("DOMContentLoaded", () => {
  const box = document.getElementById("similar");
  const text = document.querySelector("textarea#id_rationale");
  if (!box || !text) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button secondary";
  button.textContent = box.dataset.preview;
  const shown = document.createElement("div");
  shown.className = "prose-preview";
  shown.hidden = true;
  shown.setAttribute("role", "status");
  text.after(button, shown);
  const rows = () => document.querySelectorAll("#evidence-group .inline-related:not(.empty-form)");
  button.addEventListener("click", async () => {
    const body = new URLSearchParams({ rationale: text.value, evidence: rows().length });
    body.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
    const answer = await fetch(box.dataset.rationale, { method: "POST", body });
    if (!answer.ok) return;
    shown.innerHTML = await answer.text(); // sanitised by the server
    shown.hidden = false;
  });
  shown.addEventListener("click", (event) => {
    const place = event.target.closest("a")?.getAttribute("href")?.match(/^#evidence-(\d+)$/)?.[1];
    if (!place) return;
    event.preventDefault(); // readers' items count from one, the rows' ids from nought
    const row = rows()[place - 1];
    row.querySelector("details").open = true;
    row.scrollIntoView({ block: "center" });
    row.querySelector("summary").focus();
  });
});
