"use strict";
// Tells in a box which claims say much the same as some words; `more` gives what else stands beside each.
const tellAlike = async (box, words, more = () => []) => {
  const number = box.dataset.asked = String(Number(box.dataset.asked || 0) + 1);
  await new Promise((resolve) => { window.setTimeout(resolve, 300); });
  if (number !== box.dataset.asked) return; // more was typed, or marked
  const query = new URLSearchParams({ statement: words.slice(0, 1000), besides: box.dataset.besides || "" });
  const answer = await fetch(`${box.dataset.url}?${query}`, { headers: { Accept: "application/json" } });
  if (!answer.ok || number !== box.dataset.asked) return;
  const { claims } = await answer.json();
  box.replaceChildren();
  if (!claims.length) return;
  const list = document.createElement("ul");
  for (const claim of claims) {
    const link = Object.assign(document.createElement("a"), {
      href: claim.url, textContent: claim.statement, dir: "auto", target: "_blank", rel: "noopener",
    });
    const told = box.dataset.alike.replace("{likeness}", claim.likeness).replace("{status}", () => claim.status);
    const row = document.createElement("li");
    row.append(link, ` ${told} `, ...more(claim));
    list.append(row);
  }
  box.append(box.dataset.already, list);
};
