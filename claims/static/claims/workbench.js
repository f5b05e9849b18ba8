"use strict";
// The workbench's text by keyboard. It selects, fills the form and presses its buttons; all rules are the server's.
// Positions count Unicode code points, as the server's do, not JavaScript's UTF-16 units.
(() => {
  const text = document.getElementById("text");
  const form = document.getElementById("mark-form");
  const candidates = document.getElementById("candidates");
  if (!text) return;
  const selection = window.getSelection();
  const paragraphs = [...text.querySelectorAll("p[data-start]")];
  const length = (words) => [...words].length;
  const field = (name) => form && form.elements[name];

  // The text before a point in a paragraph, as its length in code points.
  const before = (paragraph, node, offset) => {
    const range = document.createRange();
    range.selectNodeContents(paragraph);
    range.setEnd(node, offset);
    return length(range.toString());
  };

  const place = (node, offset) => {
    const paragraph = (node.nodeType === 1 ? node : node.parentElement).closest("p[data-start]");
    if (paragraph && text.contains(paragraph)) {
      return Number(paragraph.dataset.start) + before(paragraph, node, offset);
    }
    const next = paragraphs.find((one) => node.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING);
    const last = paragraphs[paragraphs.length - 1];
    return next ? Number(next.dataset.start) : Number(last.dataset.start) + length(last.textContent);
  };

  // Where a code point of the article is in the page: [text node, offset in UTF-16 units].
  const point = (position) => {
    const paragraph = paragraphs.findLast((one) => Number(one.dataset.start) <= position) || paragraphs[0];
    let left = position - Number(paragraph.dataset.start);
    const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
    let node = null;
    while (walker.nextNode()) {
      node = walker.currentNode;
      const here = length(node.data);
      if (left <= here) return [node, [...node.data].slice(0, left).join("").length];
      left -= here;
    }
    return node ? [node, node.data.length] : [paragraph, 0];
  };

  // The page's text as the server has it: paragraphs with a blank line between.
  const slice = (start, end) => {
    let found = "";
    for (const paragraph of paragraphs) {
      const first = Number(paragraph.dataset.start);
      const letters = [...paragraph.textContent, "\n", "\n"];
      if (first + letters.length > start && first < end) {
        found += letters.slice(Math.max(0, start - first), Math.max(0, end - first)).join("");
      }
    }
    return found;
  };

  const selected = () => {
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    if (![range.startContainer, range.endContainer].every((node) => paragraphs.some((one) => one.contains(node)))) return null;
    let start = place(range.startContainer, range.startOffset);
    let end = place(range.endContainer, range.endOffset);
    const words = slice(start, end);
    start += length(words) - length(words.trimStart());
    end -= length(words) - length(words.trimEnd());
    return start < end ? { start, end, exact: slice(start, end) } : null;
  };

  const select = (start, end) => {
    selection.setBaseAndExtent(...point(start), ...point(end));
    const node = selection.focusNode;
    (node.nodeType === 1 ? node : node.parentElement).scrollIntoView({ block: "nearest" });
  };

  // Sentences by the browser's own segmentation; they only steer the cursor.
  const segmenter = new Intl.Segmenter(text.lang || "en", { granularity: "sentence" });
  const worder = new Intl.Segmenter(text.lang || "en", { granularity: "word" });
  const sentences = paragraphs.flatMap((paragraph) => {
    const first = Number(paragraph.dataset.start);
    let at = 0;
    return [...segmenter.segment(paragraph.textContent)].map(({ segment }) => {
      const start = first + at;
      at += length(segment);
      return { start, end: start + length(segment.trimEnd()) };
    });
  });
  const proposed = [...text.querySelectorAll(".worth")].map((span) => span.dataset.span)
    .filter((span, index, all) => all.indexOf(span) === index)
    .map((span) => span.split(":").map(Number)).map(([start, end]) => ({ start, end }));

  let at = Number(text.dataset.at || -1);
  const go = (one) => {
    if (one) { at = one.start; select(one.start, one.end); }
  };
  const move = (list, forward) => {
    const here = selected();
    const from = here ? here.start : at;
    go(forward ? list.find((one) => one.start > from) || null : list.findLast((one) => one.start < from) || null);
  };

  // Word ends and beginnings of the paragraph a position is in.
  const words = (position) => {
    const paragraph = paragraphs.findLast((one) => Number(one.dataset.start) <= position) || paragraphs[0];
    let place = Number(paragraph.dataset.start);
    return [...worder.segment(paragraph.textContent)].flatMap(({ segment, isWordLike }) => {
      const start = place;
      place += length(segment);
      return isWordLike ? [{ start, end: place }] : [];
    });
  };
  const resize = (side, forward) => {
    const here = selected();
    if (!here) return;
    const edges = words(side === "end" ? here.end - 1 : here.start).map((word) => word[side]);
    const edge = forward ? edges.find((one) => one > here[side]) : edges.findLast((one) => one < here[side]);
    if (edge === undefined) return;
    const next = { ...here, [side]: edge };
    if (next.start < next.end) select(next.start, next.end);
  };

  // Parts of the sentence a position is in, between commas and the like; the whole sentence comes after the last.
  const clauses = (position) => {
    const whole = sentences.findLast((one) => one.start <= position);
    if (!whole) return [];
    const found = [];
    let begun = whole.start;
    for (const piece of slice(whole.start, whole.end).split(/(?<=[,;:—–،؛、，])\s+|\s+(?=(?:and|but|that|which|while|when|because) )/u)) {
      const end = begun + length(piece);
      const bare = end - (/[,;:—–،؛、，]$/u.test(piece) ? 1 : 0);
      if (bare > begun) found.push({ start: begun, end: bare });
      begun = end;
      while (/^\s$/u.test(slice(begun, begun + 1)) && begun < whole.end) begun += 1;
    }
    return [...found, whole];
  };
  const narrow = () => {
    const here = selected();
    if (!here) return;
    const all = clauses(here.start);
    const now = all.findIndex((one) => one.start === here.start && one.end === here.end);
    const next = all[(now + 1) % all.length];
    if (next) { at = next.start; select(next.start, next.end); }
  };

  // What a field proposes stands until somebody writes in it.
  const propose = (name, words) => {
    const box = field(name);
    if (box && (!box.value || box.value === box.dataset.proposed)) box.value = box.dataset.proposed = words;
  };
  const proposeHedge = async ({ start, end }) => {
    const answer = await fetch(`hedge/?start=${start}&end=${end}`);
    if (answer.ok && Number(field("start").value) === start) propose("attribution", (await answer.json()).attribution);
  };

  // Claims that say much the same are told while one captures; choosing one fills the field to attach to it.
  const alike = document.getElementById("alike");
  const toAttach = (claim) => {
    const choose = Object.assign(document.createElement("button"), { type: "button", textContent: alike.dataset.attach, className: "button" });
    choose.addEventListener("click", () => {
      field("claim").replaceChildren(new Option(claim.statement, claim.id, true, true));
      form.requestSubmit(field("attach"));
    });
    return [choose];
  };

  const fill = () => {
    const here = selected();
    if (!form || !here) return false;
    const words = here.exact;
    field("exact").value = words;
    field("start").value = here.start;
    field("before").value = slice(Math.max(0, here.start - 32), here.start);
    field("after").value = slice(here.end, here.end + 32);
    propose("statement", words.replace(/\s+/gu, " "));
    proposeHedge(here);
    if (alike) {
      alike.replaceChildren();
      tellAlike(alike, words, toAttach);
    }
    form.classList.add("is-filled");
    return true;
  };

  const press = (name) => {
    const here = selected();
    if (!here || !candidates) return;
    const hit = proposed.find((one) => one.start <= here.start && here.start < one.end);
    const button = hit && document.querySelector(`button[form=candidates][name=${name}][value="${hit.start}:${hit.end}"]`);
    if (button) button.click();
  };

  const keys = {
    j: () => move(sentences, true),
    k: () => move(sentences, false),
    c: () => move(proposed, true),
    "]": () => resize("end", true),
    "[": () => resize("end", false),
    "}": () => resize("start", true),
    "{": () => resize("start", false),
    s: narrow,
    n: () => fill() && (field("statement") || field("exact")).focus(),
    Enter: () => fill() && (field("statement") || field("exact")).focus(),
    e: () => {
      if (!fill() || !field("claim")) return;
      django.jQuery(field("claim")).select2("open");
      const search = document.querySelector(".select2-container--open .select2-search__field");
      if (search) search.focus(); // at once: the next key is the first letter
    },
    a: () => press("accept"),
    x: () => press("dismiss"),
  };

  // What a key is called here: by its letter, and where the layout has other letters by its place on the keyboard.
  const brackets = { BracketLeft: ["[", "{"], BracketRight: ["]", "}"] };
  const called = ({ key, code, shiftKey }) => {
    if (keys[key]) return key;
    if (key.codePointAt(0) < 128) return ""; // another letter of a Latin layout
    return brackets[code] ? brackets[code][Number(shiftKey)] : code.replace(/^Key/u, "").toLowerCase();
  };

  // Only while the text has the focus: single keys elsewhere belong to the reader's own tools.
  text.addEventListener("keydown", (event) => {
    if (event.target !== text) return; // a button or link beside a passage
    const act = keys[called(event)];
    if (!act || event.metaKey || (event.ctrlKey && !event.altKey)) return; // Ctrl and Alt together are AltGr
    event.preventDefault();
    act();
  });
  text.addEventListener("mouseup", () => {
    if (fill() || !selection.rangeCount || !text.contains(selection.focusNode)) return;
    const clicked = place(selection.focusNode, selection.focusOffset);
    const here = sentences.findLast((one) => one.start <= clicked);
    at = here ? here.start - 1 : -1; // the next sentence is then the one that was clicked
  });
  // By touch: the fingers' own handles select words; or a tap takes the sentence, and the next one a part of it.
  if (form && window.matchMedia("(pointer: coarse)").matches) {
    let taken = null;
    const isTaken = (one) => taken && one && one.start === taken.start && one.end === taken.end;
    text.addEventListener("click", (event) => {
      const here = selected();
      if (!event.target.closest("p[data-start]") || (here && !isTaken(here))) return;
      const caret = document.caretRangeFromPoint
        ? document.caretRangeFromPoint(event.clientX, event.clientY)
        : document.caretPositionFromPoint(event.clientX, event.clientY);
      if (!caret) return;
      const tapped = place(caret.startContainer || caret.offsetNode, caret.startOffset ?? caret.offset);
      const sentence = sentences.findLast((one) => one.start <= tapped);
      if (!sentence) return;
      const isAgain = taken && taken.start >= sentence.start && taken.end <= sentence.end;
      taken = (isAgain && clauses(tapped).find((one) => one.start <= tapped && tapped <= one.end)) || sentence;
      select(taken.start, taken.end);
      fill();
    });
    document.addEventListener("selectionchange", () => fill());
  }
  if (form) {
    field("exact").addEventListener("input", () => {
      for (const name of ["start", "before", "after"]) field(name).value = "";
    });
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        form.requestSubmit((field("claim") && field("claim").value && field("attach")) || null);
      }
      if (event.key === "Escape") text.focus();
    });
    form.querySelector(".sheet-close").addEventListener("click", () => {
      selection.removeAllRanges();
      form.classList.remove("is-filled");
    });
    for (const radio of form.querySelectorAll(".places input")) {
      radio.addEventListener("change", () => field("start").value = radio.value);
    }
  }
  if (text.dataset.at) {
    text.focus({ preventScroll: true });
    const here = text.dataset.until ? { start: at, end: Number(text.dataset.until) } : sentences.find((one) => one.end > at);
    if (here) select(here.start, here.end);
  }
})();
