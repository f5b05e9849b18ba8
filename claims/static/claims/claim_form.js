"use strict";
// While a statement is typed, show the claims that say much the same. The server warns on save in any case.
document.addEventListener("DOMContentLoaded", () => {
  const box = document.getElementById("similar");
  const statement = document.getElementById("id_statement");
  if (!box || !statement) return;
  let timer = 0;
  let asked = 0;
  const ask = async () => {
    const number = ++asked;
    const query = new URLSearchParams({ statement: statement.value, besides: box.dataset.besides });
    const answer = await fetch(`${box.dataset.url}?${query}`, { headers: { Accept: "application/json" } });
    if (!answer.ok || number !== asked) return;
    const { claims } = await answer.json();
    box.replaceChildren();
    if (!claims.length) return;
    const list = document.createElement("ul");
    for (const claim of claims) {
      const link = document.createElement("a");
      link.href = claim.url;
      link.target = "_blank";
      link.rel = "noopener";
      link.textContent = claim.statement;
      const row = document.createElement("li");
      row.append(link, ` (${claim.status}, ${claim.likeness} % alike)`);
      list.append(row);
    }
    box.append("There may be such a claim already:", list);
  };
  statement.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 400);
  });
});
